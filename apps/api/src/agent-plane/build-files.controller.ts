import { Database, readBuildPart, recordArtifact } from '@berth/persistence';
import { Controller, Get, Headers, HttpCode, Inject, Param, Put, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { CallerParam, OpenTo, type AgentCaller } from '../auth/caller.js';
import { CHECKSUM } from '../bodies/checked-body.js';
import { receiveBody } from '../bodies/receive-body.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { Describe } from '../openapi/describe.js';
import { notFound, ProblemError, staleAttempt } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { StoredFiles } from '../storage/stored-files.service.js';
import { AttemptQuery } from './attempt-query.js';
import { ownedTask } from './owned-task.js';

const ArtifactQuery = AttemptQuery.extend({
  path: z
    .string()
    .min(1)
    .max(1_000)
    .refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), {
      error: 'must be a path below the work directory',
    }),
});
type ArtifactQuery = z.infer<typeof ArtifactQuery>;

/** The agents' data plane for builds. */
@Controller('agent/v1/tasks/:id')
@OpenTo('agent')
export class BuildFilesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(StoredFiles) private readonly files: StoredFiles,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Get('source')
  @Describe({
    id: 'readTaskSource',
    summary: 'The source of a build',
    query: AttemptQuery,
    answerType: 'application/octet-stream',
  })
  async source(
    @CallerParam() caller: AgentCaller,
    @Param('id') id: string,
    @Query(new ZodPipe(AttemptQuery)) query: AttemptQuery,
    @Res() response: Response,
  ): Promise<void> {
    await ownedTask(this.database, caller, id, query.attempt);
    const source = await readBuildPart(this.database, id, 'source');
    if (source === null) {
      throw notFound('source of task', id);
    }
    await this.files.send(response, source);
  }

  @Put('artifacts')
  @HttpCode(204)
  @Describe({
    id: 'storeArtifact',
    summary: 'Store a file that a build has left; the newest of a path counts',
    query: ArtifactQuery,
    headers: CHECKSUM,
    bodyType: 'application/octet-stream',
    status: 204,
  })
  async store(
    @CallerParam() caller: AgentCaller,
    @Param('id') id: string,
    @Query(new ZodPipe(ArtifactQuery)) { attempt, path }: ArtifactQuery,
    @Headers('x-berth-sha256') said: string | undefined,
    @Req() request: Request,
  ): Promise<void> {
    const { organizationId } = caller;
    await ownedTask(this.database, caller, id, attempt);
    const fileName = path.split('/').at(-1) ?? 'file';
    const limit = { maxMb: this.env.BERTH_MAX_RESULT_MB, setting: 'BERTH_MAX_RESULT_MB' };
    const object = await receiveBody(request, async (content) =>
      this.files.receive(content, { organizationId, fileName, ...limit, what: `artifact ${path}` }),
    );
    if (object.sha256 !== said) {
      await this.files.discard(object.id);
      throw new ProblemError(
        400,
        'CHECKSUM_MISMATCH',
        `artifact ${path} arrived with SHA-256 ${object.sha256}, X-Berth-Sha256 says ${String(said)}`,
      );
    }
    const artifact = { by: caller, taskId: id, attempt, path, objectId: object.id };
    if (!(await recordArtifact(this.database, artifact))) {
      await this.files.discard(object.id);
      throw staleAttempt(id, attempt);
    }
  }
}
