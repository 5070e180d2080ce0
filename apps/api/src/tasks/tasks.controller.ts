import {
  CreateTaskOrBuild,
  pageOf,
  PlanDocument,
  Task,
  TaskAction,
  TaskConfirmation,
} from '@berth/contracts';
import { Database, readPlan, readPlanDigests } from '@berth/persistence';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { CallerParam, NewIdParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { TaskListQuery } from './task-list-query.js';
import { TaskReading } from './task-reading.service.js';
import { TasksService } from './tasks.service.js';

/** The steps of a build are scripts. */
const MAX_TASK_MB = 8;

@Controller('api/v1/tasks')
export class TasksController {
  constructor(
    @Inject(TasksService) private readonly tasks: TasksService,
    @Inject(TaskReading) private readonly reading: TaskReading,
    @Inject(Database) private readonly database: Database,
  ) {}

  @Post()
  @Describe({
    id: 'createTask',
    permission: 'tasks:plan',
    place: 'somewhere',
    summary: 'Queue a task',
    body: CreateTaskOrBuild,
    bodyLimits: { maxMb: MAX_TASK_MB },
    status: 201,
    answer: Task,
    idempotent: true,
  })
  async create(
    @CallerParam() caller: UserCaller,
    @Body(new ZodPipe(CreateTaskOrBuild)) body: CreateTaskOrBuild,
    @NewIdParam() newId: string | undefined,
  ): Promise<Task> {
    return body.kind === 'build'
      ? this.tasks.createBuild(caller, body, newId)
      : this.tasks.create(caller, body, newId);
  }

  @Get()
  @Describe({
    id: 'listTasks',
    permission: 'tasks:read',
    place: 'listed',
    summary: 'List tasks, newest first',
    query: TaskListQuery,
    answer: pageOf(Task),
  })
  async list(@CallerParam() caller: UserCaller, @Query(new ZodPipe(TaskListQuery)) query: TaskListQuery) {
    return this.reading.list(caller, query);
  }

  @Get(':id')
  @Describe({ id: 'readTask', permission: 'tasks:read', summary: 'Read a task', answer: Task })
  async read(@CallerParam() caller: UserCaller, @Param('id') id: string): Promise<Task> {
    return this.tasks.read(caller.organizationId, id);
  }

  @Get(':id/plan')
  @Describe({
    id: 'readPlan',
    permission: 'tasks:read',
    summary: 'What the plan would do, sensitive values redacted',
    answer: PlanDocument,
  })
  async plan(@CallerParam() caller: UserCaller, @Param('id') id: string) {
    const task = await this.tasks.find(caller.organizationId, id);
    const plan = await readPlan(this.database, task.planTaskId ?? task.id);
    if (plan === null || plan.document === null) {
      throw new ProblemError(
        404,
        'NO_PLAN',
        `task ${id} has no plan ${task.status === 'planning' ? 'yet' : ''}`.trim(),
      );
    }
    const digests = await readPlanDigests(this.database, plan.taskId, plan.hash);
    return {
      ...plan.document,
      hash: plan.hash,
      sizeBytes: plan.sizeBytes,
      effectsDigest: digests?.effects ?? null,
      contextDigest: digests?.context ?? null,
      inputsDigest: digests?.inputs ?? null,
      digestVersion: digests?.version ?? null,
      digestKeyId: digests?.keyId ?? null,
    };
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @Describe({
    id: 'confirmTask',
    permission: 'tasks:confirm',
    summary: 'Confirm the plan: it is applied; one that was made again by its planHash only',
    body: TaskConfirmation,
    answer: Task,
  })
  async confirm(
    @CallerParam() caller: UserCaller,
    @Param('id') id: string,
    @Body(new ZodPipe(TaskConfirmation)) body: TaskConfirmation,
  ): Promise<Task> {
    return this.tasks.confirm(caller, id, body.planHash ?? null, body.comment ?? null);
  }

  @Post(':id/discard')
  @HttpCode(200)
  @Describe({
    id: 'discardTask',
    permission: 'tasks:discard',
    summary: 'Discard the plan: it is never applied',
    body: TaskAction,
    answer: Task,
  })
  async discard(
    @CallerParam() caller: UserCaller,
    @Param('id') id: string,
    @Body(new ZodPipe(TaskAction)) body: TaskAction,
  ): Promise<Task> {
    return this.tasks.stop(caller, id, 'discard', body.comment ?? null);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Describe({
    id: 'cancelTask',
    permission: 'tasks:cancel',
    orOwn: 'tasks:cancel-own',
    summary:
      'Cancel the task; one that runs is interrupted. Cancelled again after 5 seconds or more, it is cancelled by force',
    body: TaskAction,
    answer: Task,
  })
  async cancel(
    @CallerParam() caller: UserCaller,
    @Param('id') id: string,
    @Body(new ZodPipe(TaskAction)) body: TaskAction,
  ): Promise<Task> {
    return this.tasks.stop(caller, id, 'cancel', body.comment ?? null);
  }

  @Post(':id/force-cancel')
  @HttpCode(200)
  @Describe({
    id: 'forceCancelTask',
    permission: 'tasks:force-cancel',
    summary: 'Cancel at once and kill what runs; the state may be left behind',
    body: TaskAction,
    answer: Task,
  })
  async forceCancel(
    @CallerParam() caller: UserCaller,
    @Param('id') id: string,
    @Body(new ZodPipe(TaskAction)) body: TaskAction,
  ): Promise<Task> {
    return this.tasks.stop(caller, id, 'force_cancel', body.comment ?? null);
  }

  @Post(':id/release-reservation')
  @HttpCode(200)
  @Describe({
    id: 'releaseReservation',
    permission: 'reservations:release',
    summary:
      'Free the slot that is reserved for the plan; the task still waits, and confirming it plans again',
    body: TaskAction,
    answer: Task,
  })
  async releaseReservation(
    @CallerParam() caller: UserCaller,
    @Param('id') id: string,
    @Body(new ZodPipe(TaskAction)) body: TaskAction,
  ): Promise<Task> {
    return this.tasks.releaseReservation(caller, id, body.comment ?? null);
  }

  @Post(':id/retry')
  @HttpCode(200)
  @Describe({
    id: 'retryTask',
    permission: 'tasks:plan',
    summary:
      'Queue the work of a finished task again, as a new task, with the configuration and commit that it had',
    body: TaskAction,
    answer: Task,
    idempotent: true,
  })
  async retry(
    @CallerParam() caller: UserCaller,
    @Param('id') id: string,
    @Body(new ZodPipe(TaskAction)) body: TaskAction,
    @NewIdParam() newId: string | undefined,
  ): Promise<Task> {
    return this.tasks.retry(caller, id, body.comment ?? null, newId);
  }
}
