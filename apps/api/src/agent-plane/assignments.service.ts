import {
  tokenOrigin,
  type AcceptedTask,
  type AcceptRequest,
  type TaskAssignment,
  type TaskVariable,
} from '@berth/contracts';
import {
  acceptTask,
  Database,
  readAssignmentFacts,
  ReferenceGone,
  type AssignmentFacts,
  type StoredPlan,
  type TaskRow,
} from '@berth/persistence';
import { FewAtOnce, NoTurn } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import type { AgentCaller } from '../auth/caller.js';
import { AgentBuildsService } from '../builds/agent-builds.service.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { isUuid } from '../paging.js';
import { ProblemError, staleAttempt } from '../problems/problem-error.js';
import { deriveKey } from '../secrets/cipher.js';
import { DataKeys } from '../secrets/data-keys.js';
import { SecretBox } from '../secrets/secret-box.js';
import { TokenSigner } from '../secrets/signed-token.js';
import { withGivenVariables } from '../tasks/given-variables.js';
import { VariablesService } from '../variables/variables.service.js';
import { GIT_TOKEN_SEAL } from '../secrets/seals.js';
import { openInputs, sealInputs, type PlanInputs } from '../variables/plan-inputs.js';
import { IdentityTokens } from '../workload-identity/identity-tokens.service.js';

/**
 * As many as keep this process busy: where a hundred agents accept in one moment, whoever else calls stands behind these and
 * not behind all of them. An agent gives up after 10 s, and asks again.
 */
const ACCEPTS = { most: 4, waiting: 10_000, waitMs: 8_000 };

/** Gives an agent the task that it owns, with everything that one phase of it needs. */
@Injectable()
export class AssignmentsService {
  private readonly accepts = new FewAtOnce(ACCEPTS);

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(VariablesService) private readonly variables: VariablesService,
    @Inject(TokenSigner) private readonly signer: TokenSigner,
    @Inject(AgentBuildsService) private readonly builds: AgentBuildsService,
    @Inject(IdentityTokens) private readonly identities: IdentityTokens,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(DataKeys) private readonly keys: DataKeys,
  ) {}

  /** @throws ProblemError 409 STALE_ATTEMPT, 503 BUSY */
  async accept(caller: AgentCaller, taskId: string, request: AcceptRequest): Promise<AcceptedTask> {
    const accept = async (): Promise<AcceptedTask> => this.acceptNow(caller, taskId, request);
    // A person has confirmed an apply and waits for it.
    if (request.phase === 'apply') {
      return accept();
    }
    try {
      return await this.accepts.run(accept);
    } catch (error) {
      throw error instanceof NoTurn
        ? new ProblemError(503, 'BUSY', `too many accept at once: ${error.message}`, { retryAfter: 1 })
        : error;
    }
  }

  private async acceptNow(
    caller: AgentCaller,
    taskId: string,
    request: AcceptRequest,
  ): Promise<AcceptedTask> {
    const task = isUuid(taskId)
      ? await acceptTask(this.database, {
          taskId,
          attempt: request.attempt,
          phase: request.phase,
          agentId: caller.agentId,
          slotId: request.slotId,
          sessionId: caller.sessionId,
        })
      : null;
    if (task?.organizationId !== caller.organizationId) {
      throw staleAttempt(taskId, request.attempt);
    }
    return task.kind === 'build' ? this.builds.assignmentOf(task) : this.assignmentOf(task);
  }

  private async assignmentOf(task: TaskRow): Promise<TaskAssignment> {
    const { workspaceId, operation, organizationId, attempt } = task;
    if (workspaceId === null || operation === null) {
      throw new Error(`task ${task.id} is no terraform task`);
    }
    const [facts, variables] = await Promise.all([
      readAssignmentFacts(this.database, task.id),
      task.phase === 'plan' ? this.variablesOf(task, workspaceId) : null,
    ]);
    if (facts === null) {
      throw new ReferenceGone(`the workspace of task ${task.id}`);
    }
    const { workspace, configuration, plan, keptLockFile } = facts;
    const { workingDirectory, ...inputs } =
      variables === null ? await this.inputsOfPlan(task, facts) : await this.keep(task, workspace, variables);
    return {
      kind: 'terraform',
      taskId: task.id,
      attempt,
      phase: task.phase,
      operation,
      workspace: { id: workspace.id, name: workspace.name, workingDirectory },
      ...inputs,
      configuration,
      source: configuration === null ? this.sourceOf(task, workspace) : null,
      plan: task.phase === 'apply' ? planOf(task, plan) : null,
      keptLockFile,
      ...this.digestKeyOf(workspace.id),
      stateToken: this.signer.sign({
        kind: 'task',
        taskId: task.id,
        attempt,
        phase: task.phase === 'plan' ? 'plan' : 'apply',
        workspaceId,
        organizationId,
      }),
      identityTokens: await this.identities.of(task, workspaceId, inputs.variables),
    };
  }

  /** The name is derived beside the key, so that it tells nothing of it. */
  private digestKeyOf(workspaceId: string): Pick<TaskAssignment, 'digestKey' | 'digestKeyId'> {
    const derived = (use: string): string =>
      deriveKey(this.keys.root, `${use} ${workspaceId}`).toString('hex');
    return {
      digestKey: derived('plan digest'),
      digestKeyId: derived('name of the plan digest key').slice(0, 16),
    };
  }

  private async variablesOf(
    { id: taskId, variableNames }: TaskRow,
    workspaceId: string,
  ): Promise<TaskVariable[]> {
    const variables = await this.variables.ofRun(workspaceId);
    return variableNames.length === 0
      ? variables
      : withGivenVariables(this.database, this.box, { taskId, variables });
  }

  /** What a plan is made from now is what its apply gets, whatever is changed until somebody confirms. */
  private async keep(
    task: TaskRow,
    workspace: AssignmentFacts['workspace'],
    variables: TaskVariable[],
  ): Promise<PlanInputs> {
    const { targets, replace, refreshOnly } = task;
    const { workingDirectory, engine, engineVersion } = workspace;
    const inputs = { workingDirectory, engine, engineVersion, variables, targets, replace, refreshOnly };
    if (!(await sealInputs(this.database, this.box, { taskId: task.id, attempt: task.attempt, inputs }))) {
      throw staleAttempt(task.id, task.attempt);
    }
    return inputs;
  }

  /** Of a plan from before they were kept there are none: then what holds now has to do. */
  private async inputsOfPlan(
    task: TaskRow,
    { workspace, sealedInputs }: AssignmentFacts,
  ): Promise<PlanInputs> {
    if (sealedInputs !== null) {
      return openInputs(this.box, sealedInputs);
    }
    const { workingDirectory, engine, engineVersion } = workspace;
    const { targets, replace, refreshOnly } = task;
    const variables = await this.variablesOf(task, workspace.id);
    return { workingDirectory, engine, engineVersion, variables, targets, replace, refreshOnly };
  }

  /** The task's source with the workspace's token, which by now may be another host's and is not for this one then. */
  private sourceOf(
    { id, source }: TaskRow,
    { gitUrl, sealedGitToken }: AssignmentFacts['workspace'],
  ): TaskAssignment['source'] {
    if (source === null) {
      throw new Error(`task ${id} has neither a configuration nor a source`);
    }
    const { url, branch, path } = source;
    const isForHost = gitUrl !== null && tokenOrigin(gitUrl) === tokenOrigin(url);
    const token =
      sealedGitToken !== null && isForHost
        ? this.box.open(GIT_TOKEN_SEAL, sealedGitToken).toString('utf8')
        : null;
    return { url, branch, path, token, maxBytes: this.env.BERTH_MAX_CONFIGURATION_MB * 1024 * 1024 };
  }
}

/** @throws ProblemError 404 */
function planOf(task: TaskRow, plan: StoredPlan | null): TaskAssignment['plan'] {
  const planTaskId = task.planTaskId ?? task.id;
  if (plan === null) {
    throw new ProblemError(404, 'NO_PLAN', `the plan of task ${planTaskId} is not stored`);
  }
  const { hash, ...stored } = plan;
  const own = task.planTaskId === null;
  return {
    taskId: planTaskId,
    // A task of operation "apply" never planned in this slot, so there is nothing warm to find.
    agentId: own ? task.agentId : null,
    podName: own ? task.podName : null,
    slotId: own ? task.slotId : null,
    planHash: task.planHash ?? hash,
    ...stored,
  };
}
