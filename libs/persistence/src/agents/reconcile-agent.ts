import { SIMPLE_MS, type Database } from '../database.js';
import { eachAlone, type ItemFailed } from '../each-alone.js';
import type { RetrySettings } from '../tasks/report-failure.js';
import { loseSlotOfTask } from './lose-slot.js';

export interface OwnedAttempt {
  readonly taskId: string;
  readonly attempt: number;
}

/** Of the attempts whose results were reported, those that the database no longer holds for unfinished. */
export async function settledAttempts(
  database: Database,
  reported: readonly OwnedAttempt[],
): Promise<OwnedAttempt[]> {
  if (reported.length === 0) {
    return [];
  }
  return database.rows<OwnedAttempt>(
    `select r.task_id as "taskId", r.attempt from unnest($1::uuid[], $2::int[]) as r(task_id, attempt)
     where not exists (
       select 1 from tasks t where t.id = r.task_id and t.attempt = r.attempt
         and t.status in ('assigned', 'planning', 'applying', 'running'))`,
    [reported.map((one) => one.taskId), reported.map((one) => one.attempt)],
  );
}

/** Accepted in this session of the agent, or in one before it that has ended while the accept was on its way. */
const OF_SESSION = `(t.session_id = $2 or exists (
  select 1 from agent_sessions s where s.id = t.session_id and s.agent_id = t.agent_id and s.ended_at is not null))`;

export interface AgentInventory {
  readonly agentId: string;
  readonly podName: string;
  readonly sessionId: string;
  /** Everything that the agent runs or has reported. */
  readonly has: readonly OwnedAttempt[];
  /** From an accept on, its answer may be on its way for so long, in seconds: the delivery before it may have come late. */
  readonly patienceSeconds: number;
}

/**
 * What the database gives to this session of the agent, and the agent does not have: the answer to its accept was
 * lost. It is taken from the agent like from a lost one. Gives how many.
 */
export async function recoverMissing(
  database: Database,
  inventory: AgentInventory,
  retry: RetrySettings,
  failed: ItemFailed,
): Promise<number> {
  const { agentId, podName, sessionId, has, patienceSeconds } = inventory;
  const missing = await database.rows<OwnedAttempt>(
    `select id as "taskId", attempt from tasks t
     where agent_id = $1 and status in ('planning', 'applying', 'running') and ${OF_SESSION}
       and greatest(assigned_at, started_at) < now() - $5::int * interval '1 second'
       and not exists (select 1 from unnest($3::uuid[], $4::int[]) as h(task_id, attempt)
         where h.task_id = t.id and h.attempt = t.attempt)`,
    [agentId, sessionId, has.map((one) => one.taskId), has.map((one) => one.attempt), patienceSeconds],
  );
  return eachAlone(database, missing, {
    name: ({ taskId }) => `task ${taskId} of agent ${agentId}`,
    failed,
    work: async ({ taskId, attempt }) => {
      const reason = `agent ${agentId} does not have attempt ${attempt} of the task`;
      const lost = await database.transaction(SIMPLE_MS, async (sql) => {
        const [same] = await sql.rows(
          `select 1 from tasks t where id = $1 and attempt = $3 and ${OF_SESSION}`,
          [taskId, sessionId, attempt],
        );
        return same === undefined ? null : loseSlotOfTask(sql, taskId, { agentId, podName, reason }, retry);
      });
      return lost !== null;
    },
  });
}
