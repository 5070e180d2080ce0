import { BuildArtifact, pageOf } from '@berth/contracts';
import { Database, readArtifacts } from '@berth/persistence';
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { notFound } from '../problems/problem-error.js';
import { StoredFiles } from '../storage/stored-files.service.js';
import { TasksService } from './tasks.service.js';

/** What builds on agents leave behind. */
@Controller('api/v1/tasks/:id/artifacts')
export class ArtifactsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TasksService) private readonly tasks: TasksService,
    @Inject(StoredFiles) private readonly files: StoredFiles,
  ) {}

  @Get()
  @Describe({
    id: 'listArtifacts',
    permission: 'tasks:read',
    summary: 'The files that the build has left, by path',
    answer: pageOf(BuildArtifact),
  })
  async list(@CallerParam() caller: UserCaller, @Param('id') id: string) {
    const task = await this.tasks.find(caller.organizationId, id);
    const items = (await readArtifacts(this.database, task.id)).map(
      ({ id: artifactId, path, sizeBytes, sha256, createdAt }) => ({
        id: artifactId,
        path,
        sizeBytes,
        sha256,
        createdAt: createdAt.toISOString(),
      }),
    );
    return { items, nextCursor: null };
  }

  @Get(':artifactId')
  @Describe({
    id: 'downloadArtifact',
    permission: 'tasks:read',
    summary: 'One of them',
    answerType: 'application/octet-stream',
  })
  async download(
    @CallerParam() caller: UserCaller,
    @Param('id') id: string,
    @Param('artifactId') artifactId: string,
    @Res() response: Response,
  ): Promise<void> {
    const task = await this.tasks.find(caller.organizationId, id);
    const artifact = (await readArtifacts(this.database, task.id)).find((one) => one.id === artifactId);
    if (artifact === undefined) {
      throw notFound('artifact', artifactId);
    }
    await this.files.send(response, artifact);
  }
}
