import type { CreateBuild, CreateTask, Task } from '@berth/contracts';
import { isFinal, isWriting } from '@berth/domain';
import { linkPresentSpan, traceparentNow } from '@berth/observability';
import {
  confirmTask,
  Database,
  openUnsavedStates,
  readGivenVariables,
  readTask,
  releaseReservation,
  stopTask,
  tell,
  type PersonsMove,
  type StopRequest,
  type TaskRow,
  type TaskWithReservation,
  type WorkspaceInPool,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { expectMay } from '../auth/expect-may.js';
import type { UserCaller } from '../auth/caller.js';
import { WHOLE, workspacePlace } from '../auth/places.js';
import { isUuid } from '../paging.js';
import { expectNoAttention, needsAttention } from '../problems/attention.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { expectNoApprovals } from './expect-no-approvals.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';
import { AgentBuildsService } from '../builds/agent-builds.service.js';
import { SchedulerBell } from '../scheduler-bell.js';
import { NewTasks } from './new-tasks.service.js';
import { TaskReading } from './task-reading.service.js';
import { notAllowed, notConfirmed } from './not-confirmed.js';
import { SecretBox } from '../secrets/secret-box.js';
import { sealVariables, type SealedVariables } from './given-variables.js';
import { planToApply, whatToRun } from './what-to-run.js';

/** What people ask of tasks. */
@Injectable()
export class TasksService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TaskReading) private readonly reading: TaskReading,
    @Inject(WorkspacesService) private readonly workspaces: WorkspacesService,
    @Inject(AgentBuildsService) private readonly builds: AgentBuildsService,
    @Inject(SchedulerBell) private readonly bell: SchedulerBell,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(NewTasks) private readonly newTasks: NewTasks,
  ) {}

  /** Under `newId` it is created once, however often the request comes. @throws ProblemError */
  async create(caller: UserCaller, request: CreateTask, newId?: string): Promise<Task> {
    return this.queue(caller, request, sealVariables(this.box, request.variables ?? []), newId);
  }

  private async queue(
    caller: UserCaller,
    request: Omit<CreateTask, 'variables'>,
    variables: SealedVariables | null,
    newId: string | undefined,
  ): Promise<Task> {
    const workspace = await this.workspaces.find(caller.organizationId, request.workspaceId);
    const autoApply = request.autoApply ?? workspace.autoApply;
    expectMayQueue(caller, workspace, { ...request, autoApply });
    if (request.operation === 'apply' || autoApply) {
      expectNoApprovals(workspace);
    }
    if (isWriting(request.operation)) {
      await expectNoAttention(this.database, workspace.id);
    }
    const plan =
      request.planTaskId === undefined
        ? null
        : await planToApply(this.database, workspace.id, request.planTaskId);
    const { row: task, facts } = await this.newTasks.create({
      ...(newId === undefined ? {} : { id: newId }),
      organizationId: caller.organizationId,
      operation: request.operation,
      workspaceId: workspace.id,
      ...(plan ?? (await whatToRun(this.database, workspace, request.configurationId))),
      planTaskId: request.planTaskId ?? null,
      planHash: plan?.planHash ?? null,
      message: request.message ?? null,
      priority: request.priority ?? 0,
      targets: request.targets ?? [],
      replace: request.replace ?? [],
      refreshOnly: request.refreshOnly ?? false,
      autoApply,
      variables,
      actor: caller.actor,
      queuedBy: caller.principal.id,
      traceparent: traceparentNow(),
    });
    // Nothing belongs yet to one that no agent was ever given.
    return task.attempt === 0 && task.planTaskId === null
      ? this.reading.documentOf(newTask(task, workspace, caller), facts)
      : this.read(caller.organizationId, task.id);
  }

  /** The same of a build for agents. @throws ProblemError */
  async createBuild(caller: UserCaller, request: CreateBuild, newId?: string): Promise<Task> {
    expectMay(caller, 'builds:submit', WHOLE);
    const { id } = await this.builds.create(caller, request, newId);
    this.bell.ring('task.runnable', id);
    return this.read(caller.organizationId, id);
  }

  /** @throws ProblemError 404 */
  async find(organizationId: string, id: string): Promise<TaskWithReservation> {
    const task = isUuid(id) ? await readTask(this.database, organizationId, id) : null;
    if (task === null) {
      throw notFound('task', id);
    }
    return task;
  }

  async read(organizationId: string, id: string): Promise<Task> {
    const task = await this.find(organizationId, id);
    return this.reading.documentOf(task);
  }

  async confirm(
    caller: UserCaller,
    id: string,
    planHash: string | null,
    comment: string | null,
  ): Promise<Task> {
    const task = await this.find(caller.organizationId, id);
    const { principal, actor } = caller;
    linkPresentSpan(task.traceparent);
    tell({ after: whatIsConfirmed(task, { planHash, comment }) });
    const answer = await confirmTask(this.database, {
      taskId: task.id,
      planHash,
      comment,
      actor,
      principal: principal.id,
      isPerson: principal.userId !== null,
    });
    if (answer === null) {
      throw notFound('task', id);
    }
    if (answer.outcome === 'attention') {
      throw needsAttention(await openUnsavedStates(this.database, task.workspaceId ?? ''));
    }
    if (!answer.moved && answer.outcome !== 'approved') {
      throw notConfirmed(answer, planHash);
    }
    if (answer.moved && answer.task.status === 'apply_queued') {
      this.bell.ringForApply(id);
    } else if (answer.moved) {
      // Its slot is gone, and it plans again.
      this.bell.ring('task.runnable', id);
    }
    return this.read(caller.organizationId, id);
  }

  /** Gives the slot of a plan that waits for confirmation to others; the task waits on, and confirming it plans again. */
  async releaseReservation(caller: UserCaller, id: string, comment: string | null): Promise<Task> {
    const task = await this.find(caller.organizationId, id);
    const release = await releaseReservation(this.database, {
      taskId: task.id,
      comment,
      actor: caller.actor,
    });
    if (release?.moved === false && release.task.status === 'apply_pending') {
      throw new ProblemError(
        409,
        'NO_RESERVATION',
        'no slot is reserved for this task any more; confirming plans again first',
        { currentStatus: release.task.status },
      );
    }
    this.expectMoved('release the reservation of', id, release);
    this.bell.ring('task.runnable', id);
    return this.read(caller.organizationId, id);
  }

  async stop(caller: UserCaller, id: string, request: StopRequest, comment: string | null): Promise<Task> {
    const task = await this.find(caller.organizationId, id);
    const stop = await stopTask(this.database, { taskId: task.id, request, comment, actor: caller.actor });
    this.expectMoved(request.replace('_', '-'), id, stop);
    this.bell.ring(stop?.agentMustStop === true ? 'task.stop_requested' : 'task.runnable', id);
    return this.read(caller.organizationId, id);
  }

  /** A finished task stays as it was; its work is asked for again as a new one. */
  async retry(caller: UserCaller, id: string, comment: string | null, newId?: string): Promise<Task> {
    const task = await this.find(caller.organizationId, id);
    if (!isFinal(task.status) || task.status === 'succeeded') {
      throw notAllowed('retry', task);
    }
    if (task.operation === null || task.workspaceId === null) {
      const again = await this.builds.repeat(caller, id, comment, newId);
      this.bell.ring('task.runnable', again.id);
      return this.read(caller.organizationId, again.id);
    }
    const again = {
      workspaceId: task.workspaceId,
      operation: task.operation,
      message: comment ?? task.message ?? `again after ${task.id}`,
      priority: task.priority,
      targets: task.targets,
      replace: task.replace,
      refreshOnly: task.refreshOnly,
      autoApply: task.autoApply,
      ...(task.configurationId === null ? {} : { configurationId: task.configurationId }),
      ...(task.planTaskId === null ? {} : { planTaskId: task.planTaskId }),
    };
    const sealed = await readGivenVariables(this.database, task.id);
    const variables = sealed === null ? null : { names: task.variableNames, sealed };
    return this.queue(caller, again, variables, newId);
  }

  private expectMoved(verb: string, id: string, move: PersonsMove | null): void {
    if (move === null) {
      throw notFound('task', id);
    }
    if (!move.moved) {
      throw notAllowed(verb, move.task);
    }
  }
}

function newTask(
  task: TaskRow,
  { name, projectId, approvals }: WorkspaceInPool,
  { actor }: UserCaller,
): TaskWithReservation {
  return Object.assign(task, {
    workspaceName: name,
    projectId,
    createdBy: actor,
    reservedUntil: null,
    effectsDigest: null,
    contextDigest: null,
    inputsDigest: null,
    digestVersion: null,
    digestKeyId: null,
    approvalsNeeded: approvals,
    approvals: [],
  });
}

/** For the record: what the plan does that is said yes to, beside which one it is. */
function whatIsConfirmed(
  task: TaskWithReservation,
  { planHash, comment }: { readonly planHash: string | null; readonly comment: string | null },
): object {
  const { effectsDigest, contextDigest, inputsDigest } = task;
  const seen = planHash === null || planHash === task.planHash;
  return {
    planHash: planHash ?? task.planHash,
    ...(comment === null ? {} : { comment }),
    ...(seen && effectsDigest !== null ? { effectsDigest, contextDigest, inputsDigest } : {}),
  };
}

/** Whoever may plan may ask for an apply too, where somebody else has to say yes to it. */
function expectMayQueue(
  caller: UserCaller,
  workspace: WorkspaceInPool,
  { operation, autoApply, workspaceId: named }: CreateTask & { readonly autoApply: boolean },
): void {
  const asksFirst = operation === 'plan' || (operation === 'plan_and_apply' && !autoApply);
  const place = workspacePlace(workspace, notFound('workspace', named));
  expectMay(caller, asksFirst ? 'tasks:plan' : 'tasks:apply', place);
}
