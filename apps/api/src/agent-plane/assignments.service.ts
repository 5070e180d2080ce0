import { tokenOrigin, type AcceptedTask, type AcceptRequest, type TaskAssignment } from '@berth/contracts';
import { acceptTask, ConfigurationRow, Database, WorkspaceRow, type TaskRow } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { AgentCaller } from '../auth/caller.js';
import { AgentBuildsService } from '../builds/agent-builds.service.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { isUuid } from '../paging.js';
import { ProblemError, staleAttempt } from '../problems/problem-error.js';
import { SecretBox } from '../secrets/secret-box.js';
import { TokenSigner } from '../secrets/signed-token.js';
import { VariablesService } from '../variables/variables.service.js';
import { GIT_TOKEN_SEAL } from '../workspaces/git-columns.js';

/** Gives an agent the task that it owns, with everything that one phase of it needs. */
@Injectable()
export class AssignmentsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(VariablesService) private readonly variables: VariablesService,
    @Inject(TokenSigner) private readonly signer: TokenSigner,
    @Inject(AgentBuildsService) private readonly builds: AgentBuildsService,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  /** @throws ProblemError 409 STALE_ATTEMPT */
  async accept(caller: AgentCaller, taskId: string, request: AcceptRequest): Promise<AcceptedTask> {
    const task = isUuid(taskId)
      ? await acceptTask(this.database, {
          taskId,
          attempt: request.attempt,
          agentId: caller.agentId,
          slotId: request.slotId,
          sessionId: caller.sessionId,
        })
      : null;
    if (task?.organizationId !== caller.organizationId || task.phase !== request.phase) {
      throw staleAttempt(taskId, request.attempt);
    }
    return task.kind === 'build' ? this.builds.assignmentOf(task) : this.assignmentOf(task);
  }

  private async assignmentOf(task: TaskRow): Promise<TaskAssignment> {
    const { workspaceId, operation } = task;
    if (workspaceId === null || operation === null) {
      throw new Error(`task ${task.id} is no terraform task`);
    }
    const [workspace, configuration, variables] = await Promise.all([
      this.database.repository(WorkspaceRow).findOneByOrFail({ id: workspaceId }),
      this.configurationOf(task),
      this.variables.ofRun(workspaceId),
    ]);
    const { organizationId, attempt } = task;
    return {
      kind: 'terraform',
      taskId: task.id,
      attempt,
      phase: task.phase,
      operation,
      workspace: { id: workspace.id, name: workspace.name, workingDirectory: workspace.workingDirectory },
      engine: workspace.engine,
      engineVersion: workspace.engineVersion,
      configuration,
      source: configuration === null ? this.sourceOf(task, workspace) : null,
      variables,
      targets: task.targets,
      replace: task.replace,
      refreshOnly: task.refreshOnly,
      plan: task.phase === 'apply' ? await this.planOf(task) : null,
      keptLockFile: task.phase === 'apply' ? null : await this.lastLockFile(workspaceId),
      stateToken: this.signer.sign({ kind: 'task', taskId: task.id, attempt, workspaceId, organizationId }),
    };
  }

  private async configurationOf({ configurationId }: TaskRow): Promise<TaskAssignment['configuration']> {
    if (configurationId === null) {
      return null;
    }
    const row = await this.database.repository(ConfigurationRow).findOneByOrFail({ id: configurationId });
    return { id: row.id, sha256: row.sha256, sizeBytes: row.sizeBytes, commit: row.gitCommit };
  }

  /** The task's source with the workspace's token, which by now may be another host's and is not for this one then. */
  private sourceOf({ id, source }: TaskRow, workspace: WorkspaceRow): TaskAssignment['source'] {
    if (source === null) {
      throw new Error(`task ${id} has neither a configuration nor a source`);
    }
    const { url, branch, path } = source;
    const { gitUrl, sealedGitToken } = workspace;
    const isForHost = gitUrl !== null && tokenOrigin(gitUrl) === tokenOrigin(url);
    const token =
      sealedGitToken !== null && isForHost
        ? this.box.open(GIT_TOKEN_SEAL, sealedGitToken).toString('utf8')
        : null;
    return { url, branch, path, token, maxBytes: this.env.BERTH_MAX_CONFIGURATION_MB * 1024 * 1024 };
  }

  private async lastLockFile(workspaceId: string): Promise<string | null> {
    const [last] = await this.database.rows<{ lockFile: string }>(
      `select p.lock_file as "lockFile" from tasks t join plans p on p.task_id = t.id
       where t.workspace_id = $1 and p.lock_file is not null order by t.created_at desc, t.id desc limit 1`,
      [workspaceId],
    );
    return last?.lockFile ?? null;
  }

  private async planOf(task: TaskRow): Promise<TaskAssignment['plan']> {
    const planTaskId = task.planTaskId ?? task.id;
    const [plan] = await this.database.rows<{
      hash: string;
      lockFile: string | null;
      lockWithoutHashes: boolean;
      snapshotHash: string | null;
      engineVersion: string | null;
    }>(
      `select p.hash, p.lock_file as "lockFile", p.lock_without_hashes as "lockWithoutHashes",
         p.snapshot_hash as "snapshotHash", t.phases -> 'plan' ->> 'engineVersion' as "engineVersion"
       from plans p join tasks t on t.id = p.task_id where p.task_id = $1`,
      [planTaskId],
    );
    if (plan === undefined) {
      throw new ProblemError(404, 'NO_PLAN', `the plan of task ${planTaskId} is not stored`);
    }
    const own = task.planTaskId === null;
    return {
      taskId: planTaskId,
      // A task of operation "apply" never planned in this slot, so there is nothing warm to find.
      agentId: own ? task.agentId : null,
      podName: own ? task.podName : null,
      slotId: own ? task.slotId : null,
      planHash: task.planHash ?? plan.hash,
      engineVersion: plan.engineVersion,
      lockFile: plan.lockFile,
      lockWithoutHashes: plan.lockWithoutHashes,
      snapshotHash: plan.snapshotHash,
    };
  }
}
