import { BuildHeartbeat, BuildLogPost, BuildTelemetry, Success } from '@berth/contracts';
import { Database, type WorkerBuild } from '@berth/persistence';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CallerParam, OpenTo, type UserCaller, type WorkerCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { BuildFiles } from './build-files.service.js';
import { WorkerBuildsService } from './worker-builds.service.js';
import { WorkerTokens } from './worker-tokens.service.js';
import { workerOfRequest } from './worker-of-request.js';

const SUCCESS: Success = { success: true };

/** What workers do with one build. */
@Controller('api/builds/:id')
@OpenTo('worker', 'user')
export class WorkerBuildsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WorkerBuildsService) private readonly builds: WorkerBuildsService,
    @Inject(WorkerTokens) private readonly tokens: WorkerTokens,
    @Inject(BuildFiles) private readonly files: BuildFiles,
  ) {}

  @Get('source')
  @Describe({
    summary: 'The source, for the worker that owns the build',
    answerType: 'application/octet-stream',
  })
  async source(
    @CallerParam() caller: WorkerCaller | UserCaller,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const build = await this.buildOf(caller, id, request);
    const source = await this.builds.part(build, 'source');
    await this.builds.whileTransferring(
      build.agentId,
      () => build.taskId,
      async () => this.files.send(response, source),
    );
  }

  @Get('certs')
  @Describe({
    summary: 'The certs, for the worker that owns the build',
    answerType: 'application/octet-stream',
  })
  async certs(
    @CallerParam() caller: WorkerCaller | UserCaller,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const build = await this.buildOf(caller, id, request);
    await this.files.sendCerts(response, await this.builds.part(build, 'certs'));
  }

  @Post('logs')
  @HttpCode(200)
  @Describe({ summary: 'Append to the build’s log; the first word of a build begins it' })
  async log(
    @CallerParam() caller: WorkerCaller | UserCaller,
    @Param('id') id: string,
    @Body(new ZodPipe(BuildLogPost)) body: BuildLogPost,
    @Req() request: Request,
  ) {
    return { ...SUCCESS, count: await this.builds.log(await this.buildOf(caller, id, request), body) };
  }

  @Post('heartbeat')
  @HttpCode(200)
  @Describe({ summary: 'The build goes on', body: BuildHeartbeat })
  async heartbeat(
    @CallerParam() caller: WorkerCaller | UserCaller,
    @Param('id') id: string,
    @Body(new ZodPipe(BuildHeartbeat)) { progress }: BuildHeartbeat,
    @Req() request: Request,
  ) {
    const signs = progress === undefined || progress === null ? {} : { progress };
    const build = await this.buildOf(caller, id, request);
    await this.builds.sign(build, signs);
    return { ...SUCCESS, access_token: await this.tokens.renew(build.agentId) };
  }

  @Post('telemetry')
  @HttpCode(200)
  @Describe({
    summary: 'Measurements; the newest of each type is kept',
    body: BuildTelemetry,
    answer: Success,
  })
  async telemetry(
    @CallerParam() caller: WorkerCaller | UserCaller,
    @Param('id') id: string,
    @Body(new ZodPipe(BuildTelemetry)) telemetry: BuildTelemetry,
    @Req() request: Request,
  ): Promise<Success> {
    await this.builds.sign(await this.buildOf(caller, id, request), { telemetry });
    return SUCCESS;
  }

  private async buildOf(
    caller: WorkerCaller | UserCaller,
    taskId: string,
    request: Request,
  ): Promise<WorkerBuild> {
    return { taskId, agentId: await workerOfRequest(this.database, caller, request) };
  }
}
