import {
  MachinePassword,
  MachineReady,
  MachineStatus,
  MachineToken,
  MachineWord,
  Success,
} from '@berth/contracts';
import { Database, noteMachineReady, readMachineReady } from '@berth/persistence';
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
  UseInterceptors,
} from '@nestjs/common';
import type { Request } from 'express';
import { CallerParam, OpenTo, Public, type MachineCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { BuildFiles } from './build-files.service.js';
import { buildOfRequest, type Builder } from './build-of-request.js';
import { BuildResults } from './build-results.service.js';
import { FormBodies } from './form-bodies.interceptor.js';
import { MachinePasswords } from './machine-passwords.service.js';
import { WorkerBuildsService } from './worker-builds.service.js';
import { FROM_WORKER } from './worker-json.js';

/** It comes without any key, so it is as small as it can be: 4 KB. */
const PASSWORD_LIMITS = { maxMb: 1 / 256, depth: 4, values: 50 };

/** The machine in which a worker builds: it opens one attempt of one build, and holds nothing of its worker's. */
@Controller('api/builds/:id')
@OpenTo('machine')
export class MachinesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MachinePasswords) private readonly passwords: MachinePasswords,
    @Inject(WorkerBuildsService) private readonly builds: WorkerBuildsService,
    @Inject(BuildResults) private readonly results: BuildResults,
    @Inject(BuildFiles) private readonly files: BuildFiles,
  ) {}

  @Post('authenticate')
  @HttpCode(200)
  @Public()
  @Header('cache-control', 'no-store')
  @Describe({
    id: 'authenticateMachine',
    summary: 'A token for the password of the build’s machine (job.otp of the poll), once; needs no key',
    body: MachinePassword,
    bodyLimits: PASSWORD_LIMITS,
    answer: MachineToken,
  })
  async authenticate(
    @Param('id') id: string,
    @Body(new ZodPipe(MachinePassword)) { otp }: MachinePassword,
  ): Promise<MachineToken> {
    return this.passwords.exchange(id, otp);
  }

  @Post('vm-ready')
  @HttpCode(200)
  @Describe({ id: 'reportMachineReady', summary: 'The machine has booted', answer: MachineReady })
  async ready(
    @CallerParam() caller: MachineCaller,
    @Param('id') id: string,
    @Req() request: Request,
  ): Promise<MachineReady> {
    const build = await buildOfRequest(this.database, caller, id, request);
    await this.builds.log(build, { logs: [{ level: 'info', message: 'The machine of the build is ready' }] });
    const readyAt = await noteMachineReady(this.database, { taskId: id, attempt: caller.attempt });
    if (readyAt === null) {
      throw new ProblemError(409, 'NOT_YOUR_BUILD', `this attempt of build ${id} is over`);
    }
    return { success: true, vm_ready_at: readyAt.toISOString() };
  }

  @Get('vm-status')
  @OpenTo('worker', 'user', 'machine')
  @Describe({
    id: 'readMachineStatus',
    permission: 'builds:work',
    summary: 'Whether the machine has booted, for it and for the worker that owns the build',
    answer: MachineStatus,
  })
  async status(
    @CallerParam() caller: Builder,
    @Param('id') id: string,
    @Req() request: Request,
  ): Promise<MachineStatus> {
    await this.builds.expectHeld(await buildOfRequest(this.database, caller, id, request));
    const readyAt = await readMachineReady(this.database, id);
    return { vm_ready: readyAt !== null, vm_ready_at: readyAt?.toISOString() ?? null };
  }

  @Post('vm-status')
  @HttpCode(200)
  @UseInterceptors(FormBodies)
  @Describe({
    id: 'reportMachineStatus',
    summary: 'What the machine says of itself; the newest is kept',
    body: MachineWord,
    ...FROM_WORKER,
    answer: Success,
  })
  async tell(
    @CallerParam() caller: MachineCaller,
    @Param('id') id: string,
    @Body(new ZodPipe(MachineWord)) data: MachineWord,
    @Req() request: Request,
  ): Promise<Success> {
    const build = await buildOfRequest(this.database, caller, id, request);
    await this.builds.sign(build, { telemetry: { type: 'vm_status', data } });
    return { success: true };
  }

  @Post('artifact')
  @HttpCode(200)
  @Describe({
    id: 'sendBuildArtifact',
    summary: 'The build has succeeded: its result as file artifact (or result)',
    bodyType: 'multipart/form-data',
    answer: Success,
  })
  async artifact(
    @CallerParam() caller: MachineCaller,
    @Param('id') id: string,
    @Req() request: Request,
  ): Promise<Success> {
    const build = await buildOfRequest(this.database, caller, id, request);
    const { files } = await this.results.whileArriving(build, async () =>
      this.files.receiveResult(request, caller.organizationId, {
        names: ['artifact', 'result'],
        beforeFile: async () => this.results.expectTaken(build),
      }),
    );
    const [file, ...others] = ['artifact', 'result'].flatMap((name) => files.get(name) ?? []);
    await this.files.discard(others);
    await this.results.keeping(file, async () => this.results.succeed(build, file, 'artifact'));
    return { success: true };
  }
}
