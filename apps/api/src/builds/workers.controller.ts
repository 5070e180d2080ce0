import { randomUUID } from 'node:crypto';
import {
  BuildAbandonment,
  BuildFailure,
  BuildHeartbeat,
  PollAnswer,
  RegisteredWorkerAnswer,
  Success,
  UnregisteredWorker,
  WorkerHeartbeatAnswer,
  WorkerNaming,
  WorkerRegistration,
  WorkerStats,
} from '@berth/contracts';
import { Metrics, type Counter, type Histogram } from '@berth/observability';
import {
  claimForWorker,
  Database,
  readBuild,
  readWorkerStatistics,
  registerWorker,
  unregisterWorker,
} from '@berth/persistence';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Req,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { CallerParam, OpenTo, type UserCaller, type WorkerCaller } from '../auth/caller.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { Describe } from '../openapi/describe.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { keyHash } from '../secrets/key-hash.js';
import { BuildResults } from './build-results.service.js';
import { FormBodies } from './form-bodies.interceptor.js';
import { MachinePasswords } from './machine-passwords.service.js';
import { inHoursAndMinutes } from './uptime.js';
import { WorkerBuildsService } from './worker-builds.service.js';
import { FROM_WORKER } from './worker-json.js';
import { workerOfRequest } from './worker-of-request.js';
import { newWorkerToken, WorkerTokens } from './worker-tokens.service.js';

const SUCCESS: Success = { success: true };

/** The workers' side of the build workers' protocol. */
@Controller('api/workers')
@OpenTo('worker', 'user')
@UseInterceptors(FormBodies)
export class WorkersController {
  private readonly claimed: Counter<'phase'>;
  private readonly waited: Histogram<'phase'>;

  constructor(
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(Database) private readonly database: Database,
    @Inject(WorkerBuildsService) private readonly builds: WorkerBuildsService,
    @Inject(BuildResults) private readonly results: BuildResults,
    @Inject(WorkerTokens) private readonly tokens: WorkerTokens,
    @Inject(MachinePasswords) private readonly machines: MachinePasswords,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.claimed = metrics.counter('berth_tasks_claimed_total');
    this.waited = metrics.histogram('berth_task_wait_seconds');
  }

  @Post('register')
  @HttpCode(200)
  @OpenTo('user')
  @Describe({
    id: 'registerWorker',
    permission: 'builds:work',
    summary: 'A worker is here; registering again gives a new token',
    body: WorkerRegistration,
    ...FROM_WORKER,
    answer: RegisteredWorkerAnswer,
  })
  async register(
    @CallerParam() caller: UserCaller,
    @Body(new ZodPipe(WorkerRegistration)) body: WorkerRegistration,
  ): Promise<RegisteredWorkerAnswer> {
    const id = body.id ?? randomUUID();
    const token = newWorkerToken();
    const registered = await registerWorker(this.database, {
      organizationId: caller.organizationId,
      agentId: id,
      name: body.name,
      platforms: [...new Set(body.capabilities.platforms)],
      maxConcurrentBuilds: body.capabilities.maxConcurrentBuilds,
      hasNoBuilds: body.active_build_count === 0,
      tokenHash: keyHash(token),
    });
    if (registered === null) {
      throw new ProblemError(409, 'WORKER_ID_TAKEN', `id: "${id}" is not this organization's worker`);
    }
    return { id, access_token: token, status: registered.known ? 're-registered' : 'registered' };
  }

  @Get('poll')
  @Describe({
    id: 'pollBuild',
    permission: 'builds:work',
    summary: 'Ask for a build; asking is a heartbeat',
    answer: PollAnswer,
  })
  async poll(@CallerParam() caller: WorkerCaller | UserCaller, @Req() request: Request): Promise<PollAnswer> {
    const workerId = await workerOfRequest(this.database, caller, request);
    const token = newWorkerToken();
    const claim = await claimForWorker(this.database, workerId, {
      leaseSeconds: this.env.BERTH_BUILD_START_SECONDS,
      tokenHash: keyHash(token),
    });
    if (claim === null) {
      return { job: null, access_token: token };
    }
    if (claim.waitedSeconds !== null) {
      this.claimed.inc({ phase: 'build' });
      this.waited.observe({ phase: 'build' }, claim.waitedSeconds);
    }
    const build = await readBuild(this.database, caller.organizationId, claim.taskId);
    if (build === null) {
      throw new Error(`build ${claim.taskId} was assigned and is not there`);
    }
    return {
      job: {
        id: build.id,
        platform: build.platform,
        source_url: `/api/builds/${build.id}/source`,
        certs_url: build.hasCerts ? `/api/builds/${build.id}/certs` : null,
        submitted_at: build.createdAt.getTime(),
        otp: this.machines.passwordOf(claim),
      },
      access_token: token,
    };
  }

  @Post('heartbeat')
  @HttpCode(200)
  @Describe({
    id: 'sendWorkerHeartbeat',
    permission: 'builds:work',
    summary: 'The worker lives, and the build that it names goes on',
    body: BuildHeartbeat,
    ...FROM_WORKER,
    answer: WorkerHeartbeatAnswer,
  })
  async heartbeat(
    @CallerParam() caller: WorkerCaller | UserCaller,
    @Body(new ZodPipe(BuildHeartbeat)) { build_id: taskId, progress }: BuildHeartbeat,
    @Req() request: Request,
  ): Promise<WorkerHeartbeatAnswer> {
    const agentId = await workerOfRequest(this.database, caller, request);
    const token = await this.tokens.renew(agentId);
    if (taskId !== undefined && taskId !== null) {
      await this.builds.sign(
        { taskId, agentId },
        progress === undefined || progress === null ? {} : { progress },
      );
    }
    return { ...SUCCESS, access_token: token };
  }

  @Post('fail')
  @HttpCode(200)
  @Describe({
    id: 'failBuild',
    permission: 'builds:work',
    summary: 'The build has failed, for good',
    body: BuildFailure,
    ...FROM_WORKER,
    answer: Success,
  })
  async fail(
    @CallerParam() caller: WorkerCaller | UserCaller,
    @Body(new ZodPipe(BuildFailure)) { build_id: taskId, error }: BuildFailure,
    @Req() request: Request,
  ): Promise<Success> {
    const agentId = await workerOfRequest(this.database, caller, request);
    await this.results.fail({ taskId, agentId }, error);
    return SUCCESS;
  }

  @Post('abandon')
  @HttpCode(200)
  @Describe({
    id: 'abandonBuild',
    permission: 'builds:work',
    summary: 'Give a build back to the queue',
    body: BuildAbandonment,
    ...FROM_WORKER,
    answer: Success,
  })
  async abandon(
    @CallerParam() caller: WorkerCaller | UserCaller,
    @Body(new ZodPipe(BuildAbandonment)) { build_id: taskId, reason }: BuildAbandonment,
    @Req() request: Request,
  ): Promise<Success> {
    const agentId = await workerOfRequest(this.database, caller, request);
    await this.builds.abandon({ taskId, agentId }, reason);
    return SUCCESS;
  }

  @Post('unregister')
  @HttpCode(200)
  @Describe({
    id: 'unregisterWorker',
    permission: 'builds:work',
    summary: 'The worker leaves; its builds go back to the queue',
    body: WorkerNaming,
    ...FROM_WORKER,
    answer: UnregisteredWorker,
  })
  async unregister(
    @CallerParam() caller: WorkerCaller | UserCaller,
    @Req() request: Request,
  ): Promise<UnregisteredWorker> {
    return this.leave(await workerOfRequest(this.database, caller, request));
  }

  @Post(':id/unregister')
  @HttpCode(200)
  @Describe({
    id: 'unregisterNamedWorker',
    permission: 'builds:work',
    summary: 'The same, with the worker in the path',
    answer: UnregisteredWorker,
  })
  async unregisterNamed(
    @CallerParam() caller: WorkerCaller | UserCaller,
    @Param('id') id: string,
    @Req() request: Request,
  ): Promise<UnregisteredWorker> {
    const workerId = await workerOfRequest(this.database, caller, request, { worker_id: id });
    if (workerId !== id) {
      throw notFound('worker', id);
    }
    return this.leave(id);
  }

  @Get(':id/stats')
  @Describe({
    id: 'readWorkerStats',
    permission: 'builds:read',
    summary: 'What the worker has done',
    answer: WorkerStats,
  })
  async stats(
    @CallerParam() caller: WorkerCaller | UserCaller,
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WorkerStats> {
    const worker = await readWorkerStatistics(this.database, caller.organizationId, id);
    if (worker === null || (caller.kind === 'worker' && caller.workerId !== id)) {
      throw notFound('worker', id);
    }
    response.setHeader('cache-control', 'no-store');
    return {
      totalBuilds: worker.total,
      successfulBuilds: worker.succeeded,
      failedBuilds: worker.failed,
      workerName: worker.name,
      status: worker.status,
      uptime: inHoursAndMinutes(Date.now() - worker.registeredAt.getTime()),
    };
  }

  private async leave(workerId: string): Promise<UnregisteredWorker> {
    const givenBack = await unregisterWorker(this.database, workerId);
    return { ...SUCCESS, builds_reassigned: givenBack ?? 0 };
  }
}
