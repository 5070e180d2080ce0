import { readOwnedTask, type Database, type OwnedTask } from '@berth/persistence';
import type { AgentCaller } from '../auth/caller.js';
import { isUuid } from '../paging.js';
import { staleAttempt } from '../problems/problem-error.js';

/** The reads' guard; each write repeats it in its own statement. @throws ProblemError 409 STALE_ATTEMPT */
export async function ownedTask(
  database: Database,
  caller: AgentCaller,
  taskId: string,
  attempt: number,
): Promise<OwnedTask> {
  const { organizationId, agentId, sessionId } = caller;
  const task = isUuid(taskId)
    ? await readOwnedTask(database, { organizationId, agentId, sessionId, taskId, attempt })
    : null;
  if (task === null) {
    throw staleAttempt(taskId, attempt);
  }
  return task;
}
