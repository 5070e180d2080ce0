import {
  BuildHeartbeat,
  BuildHeartbeatAnswer,
  BuildLogged,
  BuildLogPost,
  BuildTelemetry,
  SecureCerts,
  Success,
} from '@berth/contracts';
import { Database, readSealedPasswords } from '@berth/persistence';
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Inject,
  Param,
  Post,
  Req,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { CallerParam, OpenTo } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { BuildFiles } from './build-files.service.js';
import { buildOfRequest, type Builder } from './build-of-request.js';
import { FormBodies } from './form-bodies.interceptor.js';
import { readSecureCerts } from './secure-certs.js';
import { WorkerBuildsService } from './worker-builds.service.js';
import { FROM_WORKER } from './worker-json.js';
import { WorkerTokens } from './worker-tokens.service.js';

const SUCCESS: Success = { success: true };

/** What workers, and the machines in which they build, do with one build. */
@Controller('api/builds/:id')
@OpenTo('worker', 'user', 'machine')
@UseInterceptors(FormBodies)
export class WorkerBuildsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WorkerBuildsService) private readonly builds: WorkerBuildsService,
    @Inject(WorkerTokens) private readonly tokens: WorkerTokens,
    @Inject(BuildFiles) private readonly files: BuildFiles,
  ) {}

  @Get('source')
  @Describe({
    id: 'readBuildSource',
    permission: 'builds:work',
    summary: 'The source, for the worker that owns the build',
    answerType: 'application/octet-stream',
  })
  async source(
    @CallerParam() caller: Builder,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const build = await buildOfRequest(this.database, caller, id, request);
    const source = await this.builds.part(build, 'source');
    await this.builds.whileTransferring(build, async () => this.files.send(response, source));
  }

  @Get('certs')
  @Describe({
    id: 'readBuildCerts',
    permission: 'builds:work',
    summary: 'The certs, for the worker that owns the build',
    answerType: 'application/octet-stream',
  })
  async certs(
    @CallerParam() caller: Builder,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const build = await buildOfRequest(this.database, caller, id, request);
    await this.files.sendCerts(response, await this.builds.part(build, 'certs'));
  }

  @Get('certs-secure')
  @Header('cache-control', 'no-store')
  @Describe({
    id: 'readSecureCerts',
    permission: 'builds:work',
    summary: 'The certs as one document: p12 and provisioning profiles in base64, and the passwords',
    answer: SecureCerts,
  })
  async secureCerts(
    @CallerParam() caller: Builder,
    @Param('id') id: string,
    @Req() request: Request,
  ): Promise<SecureCerts> {
    const build = await buildOfRequest(this.database, caller, id, request);
    const certs = await this.files.openCerts(await this.builds.part(build, 'certs'));
    const passwords = this.files.openPasswords(await readSealedPasswords(this.database, build.taskId));
    return readSecureCerts(certs, passwords);
  }

  @Post('logs')
  @HttpCode(200)
  @Describe({
    id: 'appendBuildLog',
    permission: 'builds:work',
    summary: 'Append to the build’s log; the first word of a build begins it',
    body: BuildLogPost,
    ...FROM_WORKER,
    answer: BuildLogged,
  })
  async log(
    @CallerParam() caller: Builder,
    @Param('id') id: string,
    @Body(new ZodPipe(BuildLogPost)) body: BuildLogPost,
    @Req() request: Request,
  ): Promise<BuildLogged> {
    return {
      ...SUCCESS,
      count: await this.builds.log(await buildOfRequest(this.database, caller, id, request), body),
    };
  }

  @Post('heartbeat')
  @HttpCode(200)
  @Describe({
    id: 'sendBuildHeartbeat',
    permission: 'builds:work',
    summary: 'The build goes on',
    body: BuildHeartbeat,
    ...FROM_WORKER,
    answer: BuildHeartbeatAnswer,
  })
  async heartbeat(
    @CallerParam() caller: Builder,
    @Param('id') id: string,
    @Body(new ZodPipe(BuildHeartbeat)) { progress }: BuildHeartbeat,
    @Req() request: Request,
  ): Promise<BuildHeartbeatAnswer> {
    const signs = progress === undefined || progress === null ? {} : { progress };
    const build = await buildOfRequest(this.database, caller, id, request);
    await this.builds.sign(build, signs);
    // The machine of a build is to hold no token of its worker.
    return caller.kind === 'machine'
      ? SUCCESS
      : { ...SUCCESS, access_token: await this.tokens.renew(build.agentId) };
  }

  @Post('telemetry')
  @HttpCode(200)
  @Describe({
    id: 'sendBuildTelemetry',
    permission: 'builds:work',
    summary: 'Measurements; the newest of each type is kept',
    body: BuildTelemetry,
    ...FROM_WORKER,
    answer: Success,
  })
  async telemetry(
    @CallerParam() caller: Builder,
    @Param('id') id: string,
    @Body(new ZodPipe(BuildTelemetry)) telemetry: BuildTelemetry,
    @Req() request: Request,
  ): Promise<Success> {
    await this.builds.sign(await buildOfRequest(this.database, caller, id, request), { telemetry });
    return SUCCESS;
  }
}
