import {
  tokenOrigin,
  type AcceptedTask,
  type AcceptRequest,
  type TaskAssignment,
  type TaskVariable,
} from '@berth/contracts';
import {
  acceptTask,
  acceptTasks,
  Database,
  isAway,
  keepPlanInputs,
  readAssignmentFacts,
  ReferenceGone,
  type Acceptance,
  type AssignmentFacts,
  type Sql,
  type StoredPlan,
  type TaskRow,
} from '@berth/persistence';
import { Batches, FewAtOnce, NoTurn } from '@berth/process';
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

/** An agent gives up after 10 s, and asks again. */
const WAIT_MS = 8_000;
/**
 * Where a hundred agents accept plans in one moment they share transactions, and whoever else calls does not stand behind
 * all of them.
 */
const PLANS = { most: 25, gatherMs: 0, paceMs: 20, waitMs: WAIT_MS };
const BUILDS = { most: 4, waiting: 10_000, waitMs: WAIT_MS };

interface Accepting {
  readonly caller: AgentCaller;
  readonly taskId: string;
  readonly request: AcceptRequest;
}

interface ReadPlanned {
  readonly facts: AssignmentFacts | null;
  readonly variables: TaskVariable[];
}

/** What a terraform task is begun with. */
interface Given {
  readonly task: TaskRow;
  readonly facts: AssignmentFacts;
  readonly inputs: PlanInputs;
}

/** Gives an agent the task that it owns, with everything that one phase of it needs. */
@Injectable()
export class AssignmentsService {
  private readonly ofBuilds = new FewAtOnce(BUILDS);
  private readonly ofPlans: Batches<Accepting, Given | null>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(VariablesService) private readonly variables: VariablesService,
    @Inject(TokenSigner) private readonly signer: TokenSigner,
    @Inject(AgentBuildsService) private readonly builds: AgentBuildsService,
    @Inject(IdentityTokens) private readonly identities: IdentityTokens,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(DataKeys) private readonly keys: DataKeys,
  ) {
    this.ofPlans = new Batches({
      ...PLANS,
      work: async (plans) => this.acceptTogether(plans),
      triesAlone: false,
    });
  }

  /** @throws ProblemError 409 STALE_ATTEMPT, 503 BUSY */
  async accept(caller: AgentCaller, taskId: string, request: AcceptRequest): Promise<AcceptedTask> {
    const accept = async (): Promise<AcceptedTask> => this.acceptNow(caller, taskId, request);
    // A person has confirmed an apply and waits for it.
    if (request.phase === 'apply' || !isUuid(taskId)) {
      return accept();
    }
    try {
      return request.phase === 'build'
        ? await this.ofBuilds.run(accept)
        : await this.acceptPlan({ caller, taskId, request });
    } catch (error) {
      throw error instanceof NoTurn
        ? new ProblemError(503, 'BUSY', `too many accept at once: ${error.message}`, { retryAfter: 1 })
        : error;
    }
  }

  private async acceptPlan({ caller, taskId, request }: Accepting): Promise<AcceptedTask> {
    const given = await this.ofPlans.add({ caller, taskId, request });
    if (given === null) {
      return this.acceptNow(caller, taskId, request);
    }
    if (given.task.organizationId !== caller.organizationId) {
      throw staleAttempt(taskId, request.attempt);
    }
    return this.assignmentOf(given);
  }

  private async acceptTogether(plans: readonly Accepting[]): Promise<(Given | null)[]> {
    const acceptances = plans.map(({ caller, taskId, request }) => acceptanceOf(caller, taskId, request));
    return acceptTasks(
      this.database,
      acceptances,
      async (sql, taskId) => this.readPlanned(sql, taskId),
      (task, read) => {
        const made = this.planned(task, read);
        return { made, sealedInputs: sealInputs(this.box, made.inputs) };
      },
    ).catch((error: unknown) => {
      if (isAway(error)) {
        throw error;
      }
      // Each by itself, and beside the next batch: one with which something is wrong keeps no other waiting.
      return plans.map(() => null);
    });
  }

  private async acceptNow(
    caller: AgentCaller,
    taskId: string,
    request: AcceptRequest,
  ): Promise<AcceptedTask> {
    const task = isUuid(taskId)
      ? await acceptTask(this.database, acceptanceOf(caller, taskId, request))
      : null;
    if (task?.organizationId !== caller.organizationId) {
      throw staleAttempt(taskId, request.attempt);
    }
    return task.kind === 'build' ? this.builds.assignmentOf(task) : this.assignmentOf(await this.given(task));
  }

  private async given(task: TaskRow): Promise<Given> {
    if (task.phase !== 'plan') {
      return this.inputsOfPlan(task);
    }
    const given = this.planned(task, await this.readPlanned(this.database, task.id));
    const { id: taskId, attempt } = task;
    const kept = await keepPlanInputs(this.database, [
      { taskId, attempt, sealedInputs: sealInputs(this.box, given.inputs) },
    ]);
    if (!kept.has(taskId)) {
      throw staleAttempt(taskId, attempt);
    }
    return given;
  }

  /** What a plan is made from. */
  private async readPlanned(sql: Sql, taskId: string): Promise<ReadPlanned> {
    const [facts, variables] = await Promise.all([
      readAssignmentFacts(sql, taskId),
      this.variables.ofTask(taskId, sql),
    ]);
    return { facts, variables: withGivenVariables(this.box, variables, facts?.sealedGiven ?? null) };
  }

  private async assignmentOf({ task, facts, inputs: allInputs }: Given): Promise<TaskAssignment> {
    const { operation, organizationId, attempt } = task;
    if (operation === null) {
      throw new Error(`task ${task.id} is no terraform task`);
    }
    const { workspace, configuration, plan, keptLockFile } = facts;
    const { workingDirectory, ...inputs } = allInputs;
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
        workspaceId: workspace.id,
        organizationId,
      }),
      identityTokens: await this.identities.of(task, workspace.id, inputs.variables),
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

  /** What a plan is made from now is what its apply gets, whatever is changed until somebody confirms. */
  private planned(task: TaskRow, { facts, variables }: ReadPlanned): Given {
    const known = expectWorkspace(task, facts);
    const { targets, replace, refreshOnly } = task;
    const { workingDirectory, engine, engineVersion } = known.workspace;
    const inputs = { workingDirectory, engine, engineVersion, variables, targets, replace, refreshOnly };
    return { task, facts: known, inputs };
  }

  /** Of a plan from before they were kept there are none: then what holds now has to do. */
  private async inputsOfPlan(task: TaskRow): Promise<Given> {
    const facts = expectWorkspace(task, await readAssignmentFacts(this.database, task.id));
    if (facts.sealedInputs !== null) {
      return { task, facts, inputs: openInputs(this.box, facts.sealedInputs) };
    }
    return this.planned(task, await this.readPlanned(this.database, task.id));
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

function expectWorkspace({ id }: TaskRow, facts: AssignmentFacts | null): AssignmentFacts {
  if (facts === null) {
    throw new ReferenceGone(`the workspace of task ${id}`);
  }
  return facts;
}

function acceptanceOf(
  { agentId, sessionId }: AgentCaller,
  taskId: string,
  { attempt, phase, slotId }: AcceptRequest,
): Acceptance {
  return { taskId, attempt, phase, agentId, slotId, sessionId };
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
