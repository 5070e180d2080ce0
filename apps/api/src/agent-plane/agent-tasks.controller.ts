import {
  AcceptedTask,
  AcceptRequest,
  LogAppended,
  logOffset,
  PlanDescription,
  TaskPhaseField,
} from '@berth/contracts';
import { maskPlan } from '@berth/masking';
import {
  appendLog,
  Database,
  describePlan,
  readPlanFile,
  readPlanSnapshot,
  storePlanFile,
  storePlanSnapshot,
} from '@berth/persistence';
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { CallerParam, OpenTo, type AgentCaller } from '../auth/caller.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { RunMasks } from '../masking/run-masks.service.js';
import { Describe } from '../openapi/describe.js';
import { notFound, staleAttempt } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { readBody } from '../bodies/read-body.js';
import { SecretBox } from '../secrets/secret-box.js';
import { sealLog } from '../secrets/sealed-log.js';
import { AssignmentsService } from './assignments.service.js';
import { AttemptQuery } from './attempt-query.js';
import { CHECKSUM, checkedBody } from '../bodies/checked-body.js';
import { ownedTask } from './owned-task.js';
import { PLAN_SEAL, SNAPSHOT_SEAL } from '../secrets/seals.js';

const LogPosition = AttemptQuery.extend({ phase: TaskPhaseField, offset: logOffset });
type LogPosition = z.infer<typeof LogPosition>;

/** Agents cut a view to 6 MB and 60 levels. What terraform prints may hold any character. */
const PLAN_VIEW_LIMITS = { maxMb: 8, depth: 100, values: 4_000_000, unstorable: 'replace' } as const;
/** Of one piece; agents send smaller ones. */
const MAX_LOG_PIECE_MB = 4;

/** The agents' data plane: everything bulky, each write guarded by (taskId, attempt) in its statement. */
@Controller('agent/v1/tasks/:id')
@OpenTo('agent')
export class AgentTasksController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AssignmentsService) private readonly assignments: AssignmentsService,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(RunMasks) private readonly masks: RunMasks,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Post('accept')
  @HttpCode(200)
  @Describe({
    id: 'acceptTask',
    summary: 'Take the task; repeating it in one session gives the same answer',
    body: AcceptRequest,
    answer: AcceptedTask,
  })
  async accept(
    @CallerParam() caller: AgentCaller,
    @Param('id') id: string,
    @Body(new ZodPipe(AcceptRequest)) body: AcceptRequest,
  ): Promise<AcceptedTask> {
    return this.assignments.accept(caller, id, body);
  }

  @Post('logs')
  @HttpCode(200)
  @Describe({
    id: 'appendTaskLog',
    summary: 'Append to a phase’s log',
    query: LogPosition,
    bodyType: 'text/plain',
    answer: LogAppended,
  })
  async appendLog(
    @CallerParam() caller: AgentCaller,
    @Param('id') id: string,
    @Query(new ZodPipe(LogPosition)) query: LogPosition,
    @Req() request: Request,
  ): Promise<LogAppended> {
    const content = await readBody(request, { what: 'a piece of a log', maxMb: MAX_LOG_PIECE_MB });
    await ownedTask(this.database, caller, id, query.attempt);
    const mask = await this.masks.of(id, query.attempt);
    const appended = await appendLog(this.database, {
      by: caller,
      taskId: id,
      attempt: query.attempt,
      phase: query.phase,
      offset: query.offset,
      content,
      maxBytes: this.env.BERTH_MAX_LOG_MB * 1024 * 1024,
      mask: (piece) => mask.piece(piece),
      seal: (kept) => sealLog(this.box, kept),
    });
    if (appended.outcome === 'stale') {
      throw staleAttempt(id, query.attempt);
    }
    return { nextOffset: appended.nextOffset, stopRequested: appended.stopRequested };
  }

  @Put('plan-file')
  @HttpCode(204)
  @Describe({
    id: 'storePlanFile',
    summary: 'Store the plan file',
    query: AttemptQuery,
    headers: CHECKSUM,
    bodyType: 'application/octet-stream',
    status: 204,
  })
  async storePlan(
    @CallerParam() caller: AgentCaller,
    @Param('id') id: string,
    @Query(new ZodPipe(AttemptQuery)) query: AttemptQuery,
    @Req() request: Request,
  ): Promise<void> {
    const { content, hash } = await checkedBody(request, this.ofPlan('a plan file'));
    await ownedTask(this.database, caller, id, query.attempt);
    const stored = await storePlanFile(this.database, {
      by: caller,
      taskId: id,
      attempt: query.attempt,
      hash,
      sizeBytes: content.length,
      sealedFile: this.box.seal(PLAN_SEAL, content),
    });
    if (!stored) {
      throw staleAttempt(id, query.attempt);
    }
  }

  @Get('plan-file')
  @Header('cache-control', 'no-store')
  @Describe({
    id: 'readPlanFile',
    summary: 'The stored plan file, for an apply in another slot',
    query: AttemptQuery,
    answerType: 'application/octet-stream',
  })
  async planFile(
    @CallerParam() caller: AgentCaller,
    @Param('id') id: string,
    @Query(new ZodPipe(AttemptQuery)) query: AttemptQuery,
    @Res() response: Response,
  ): Promise<void> {
    const task = await ownedTask(this.database, caller, id, query.attempt);
    const plan = await readPlanFile(this.database, task.planTaskId ?? id);
    if (plan === null) {
      throw notFound('plan of task', id);
    }
    response.status(200).type('application/octet-stream').send(this.box.open(PLAN_SEAL, plan.sealedFile));
  }

  @Put('plan-snapshot')
  @HttpCode(204)
  @Describe({
    id: 'storePlanSnapshot',
    summary: 'Store what planning has made in the work directory, as tar.gz',
    query: AttemptQuery,
    headers: CHECKSUM,
    bodyType: 'application/octet-stream',
    status: 204,
  })
  async storeSnapshot(
    @CallerParam() caller: AgentCaller,
    @Param('id') id: string,
    @Query(new ZodPipe(AttemptQuery)) query: AttemptQuery,
    @Req() request: Request,
  ): Promise<void> {
    const { content, hash } = await checkedBody(request, this.ofPlan('a snapshot of the work directory'));
    await ownedTask(this.database, caller, id, query.attempt);
    const sealedSnapshot = this.box.seal(SNAPSHOT_SEAL, content);
    const snapshot = { by: caller, taskId: id, attempt: query.attempt, hash, sealedSnapshot };
    if (!(await storePlanSnapshot(this.database, snapshot))) {
      throw staleAttempt(id, query.attempt);
    }
  }

  @Get('plan-snapshot')
  @Header('cache-control', 'no-store')
  @Describe({
    id: 'readPlanSnapshot',
    summary: 'What planning had made in the work directory, for an apply in another slot',
    query: AttemptQuery,
    answerType: 'application/octet-stream',
  })
  async snapshot(
    @CallerParam() caller: AgentCaller,
    @Param('id') id: string,
    @Query(new ZodPipe(AttemptQuery)) query: AttemptQuery,
    @Res() response: Response,
  ): Promise<void> {
    const task = await ownedTask(this.database, caller, id, query.attempt);
    const sealed = await readPlanSnapshot(this.database, task.planTaskId ?? id);
    if (sealed === null) {
      throw notFound('snapshot of the plan of task', id);
    }
    response.status(200).type('application/octet-stream').send(this.box.open(SNAPSHOT_SEAL, sealed));
  }

  @Put('plan')
  @HttpCode(204)
  @Describe({
    id: 'describePlan',
    summary: 'Say what the stored plan would do',
    body: PlanDescription,
    bodyLimits: PLAN_VIEW_LIMITS,
    status: 204,
  })
  async describePlan(
    @CallerParam() caller: AgentCaller,
    @Param('id') id: string,
    @Body(new ZodPipe(PlanDescription)) body: PlanDescription,
  ): Promise<void> {
    await ownedTask(this.database, caller, id, body.attempt);
    const { digests = null, ...description } = body;
    const document = maskPlan(description.document, await this.masks.of(id, body.attempt));
    if (!(await describePlan(this.database, { by: caller, taskId: id, ...description, document, digests }))) {
      throw staleAttempt(id, body.attempt);
    }
  }

  private ofPlan(what: string) {
    return { what, maxMb: this.env.BERTH_MAX_PLAN_MB, setting: 'BERTH_MAX_PLAN_MB' };
  }
}
