import type { Database } from '@berth/persistence';
import type { AgentCaller } from '../auth/caller.js';
import { isUuid } from '../paging.js';
import { staleAttempt } from '../problems/problem-error.js';

export interface OwnedTask {
  readonly configurationId: string | null;
  readonly planTaskId: string | null;
}

/** The reads' guard; each write repeats it in its own statement. @throws ProblemError 409 STALE_ATTEMPT */
export async function ownedTask(
  database: Database,
  caller: AgentCaller,
  taskId: string,
  attempt: number,
): Promise<OwnedTask> {
  if (!isUuid(taskId)) {
    throw staleAttempt(taskId, attempt);
  }
  const [task] = await database.rows<OwnedTask>(
    `select configuration_id as "configurationId", plan_task_id as "planTaskId" from tasks
     where id = $1 and attempt = $2 and agent_id = $3 and organization_id = $4`,
    [taskId, attempt, caller.agentId, caller.organizationId],
  );
  if (task === undefined) {
    throw staleAttempt(taskId, attempt);
  }
  return task;
}
