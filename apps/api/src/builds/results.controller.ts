import { Success } from '@berth/contracts';
import { Database, type StoredObject } from '@berth/persistence';
import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { CallerParam, OpenTo, type UserCaller, type WorkerCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { invalidField } from '../problems/problem-error.js';
import { BuildFiles } from './build-files.service.js';
import { BuildResults } from './build-results.service.js';
import { isMultipart, readFields } from './form-bodies.interceptor.js';
import { workerOfRequest, workerSoFar, type NamingFields } from './worker-of-request.js';

const SUCCESS: Success = { success: true };

/** How builds end: with a file, or with the reason why there is none. */
@Controller('api/workers')
@OpenTo('worker', 'user')
export class ResultsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(BuildResults) private readonly results: BuildResults,
    @Inject(BuildFiles) private readonly files: BuildFiles,
  ) {}

  @Post('result')
  @HttpCode(200)
  @Describe({
    id: 'sendBuildResult',
    permission: 'builds:work',
    summary: 'How the build ended: fields build_id and success, and file result or field error_message',
    bodyType: 'multipart/form-data',
    answer: Success,
  })
  async result(@CallerParam() caller: WorkerCaller | UserCaller, @Req() request: Request): Promise<Success> {
    const { fields, file } = await this.arrived(caller, request);
    await this.results.keeping(file, async () => {
      const agentId = await workerOfRequest(this.database, caller, request, fields);
      const { build_id: taskId, success, error_message: message } = fields;
      if (typeof taskId !== 'string' || taskId === '') {
        throw invalidField('build_id', 'must be given');
      }
      const said = typeof success === 'boolean' ? String(success) : success;
      if (said !== 'true' && said !== 'false') {
        throw invalidField('success', `must be "true" or "false", it is ${JSON.stringify(success ?? null)}`);
      }
      return said === 'true'
        ? this.results.succeed({ taskId, agentId }, file, 'result')
        : this.results.fail({ taskId, agentId }, typeof message === 'string' ? message : undefined);
    });
    return SUCCESS;
  }

  @Post('upload')
  @HttpCode(200)
  @Describe({
    id: 'sendBuildResultAlias',
    permission: 'builds:work',
    summary: 'The same as /api/workers/result',
    bodyType: 'multipart/form-data',
    answer: Success,
  })
  async upload(@CallerParam() caller: WorkerCaller | UserCaller, @Req() request: Request): Promise<Success> {
    return this.result(caller, request);
  }

  /**
   * Fields may stand before the file or after it. What is known when it begins is checked then, so that one that nobody
   * takes need not arrive; the rest is checked at the end, when it may have arrived for nothing.
   */
  private async arrived(
    caller: WorkerCaller | UserCaller,
    request: Request,
  ): Promise<{ readonly fields: NamingFields; readonly file: StoredObject | undefined }> {
    if (!isMultipart(request)) {
      return { fields: await readFields(request), file: undefined };
    }
    const build: { taskId?: string; agentId?: string } = {};
    const know = async (fields: NamingFields): Promise<void> => {
      const agentId = await workerSoFar(this.database, caller, request, fields);
      const taskId = fields['build_id'];
      if (agentId !== undefined) {
        build.agentId = agentId;
      }
      if (typeof taskId === 'string' && taskId !== '') {
        build.taskId = taskId;
      }
    };
    await know({});
    const upload = await this.results.whileArriving(build, async () =>
      this.files.receiveResult(request, caller.organizationId, {
        names: ['result'],
        beforeFile: async (fields) => {
          await know(fields);
          await this.results.expectTaken(build);
        },
      }),
    );
    return { fields: upload.fields, file: upload.files.get('result') };
  }
}
