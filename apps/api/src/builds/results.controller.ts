import type { Success } from '@berth/contracts';
import { Database, type StoredObject, type WorkerBuild } from '@berth/persistence';
import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { CallerParam, OpenTo, type UserCaller, type WorkerCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { invalidField } from '../problems/problem-error.js';
import { BuildFiles } from './build-files.service.js';
import { WorkerBuildsService } from './worker-builds.service.js';
import { workerOfRequest } from './worker-of-request.js';

const SUCCESS: Success = { success: true };
const MAX_ERROR_LENGTH = 10_000;

/** How builds end: with a file, or with the reason why there is none. */
@Controller('api/workers')
@OpenTo('worker', 'user')
export class ResultsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WorkerBuildsService) private readonly builds: WorkerBuildsService,
    @Inject(BuildFiles) private readonly files: BuildFiles,
  ) {}

  @Post('result')
  @HttpCode(200)
  @Describe({
    summary: 'How the build ended: fields build_id and success, and file result or field error_message',
    bodyType: 'multipart/form-data',
  })
  async result(@CallerParam() caller: WorkerCaller | UserCaller, @Req() request: Request): Promise<Success> {
    const agentId = await workerOfRequest(this.database, caller, request);
    let taskId: string | undefined;
    const upload = await this.builds.whileTransferring(
      agentId,
      () => taskId,
      async () =>
        this.files.receiveResult(request, caller.organizationId, async (fields) => {
          taskId = fields['build_id'];
          if (taskId !== undefined) {
            await this.builds.expectOwned({ taskId, agentId });
          }
        }),
    );
    const file = upload.files.get('result');
    const kept = await this.end(agentId, upload.fields, file).catch(async (error: unknown) => {
      await this.discard(file);
      throw error;
    });
    if (!kept) {
      await this.discard(file);
    }
    return SUCCESS;
  }

  @Post('upload')
  @HttpCode(200)
  @Describe({ summary: 'The same as /api/workers/result', bodyType: 'multipart/form-data' })
  async upload(@CallerParam() caller: WorkerCaller | UserCaller, @Req() request: Request): Promise<Success> {
    return this.result(caller, request);
  }

  /** True where the file is the build's result now. */
  private async end(
    agentId: string,
    fields: Readonly<Record<string, string>>,
    file: StoredObject | undefined,
  ): Promise<boolean> {
    const { build_id: taskId, success, error_message: message } = fields;
    if (taskId === undefined || taskId === '') {
      throw invalidField('build_id', 'must be given');
    }
    if (success !== 'true' && success !== 'false') {
      throw invalidField('success', `must be "true" or "false", it is ${JSON.stringify(success ?? null)}`);
    }
    const build: WorkerBuild = { taskId, agentId };
    if (success === 'false') {
      const said = (message ?? '').slice(0, MAX_ERROR_LENGTH) || 'the worker gave no reason';
      const failure = { code: 'BUILD_FAILED', class: 'permanent', message: said } as const;
      await this.builds.end(build, { succeeded: false, failure });
      return false;
    }
    if (file === undefined) {
      throw invalidField('result', 'must be a file where success is "true"');
    }
    return this.builds.end(build, { succeeded: true, resultId: file.id, resultSha256: file.sha256 });
  }

  private async discard(file: StoredObject | undefined): Promise<void> {
    if (file !== undefined) {
      await this.files.discard([file]);
    }
  }
}
