import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import { eachAlone, type ItemFailed } from '../each-alone.js';
import type { RetrySettings } from '../tasks/report-failure.js';
import { prepared } from '../statement.js';
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

/** Accepted in the session of the agent `a`, or in one before it that has ended while the accept was on its way. */
const OF_SESSION = `(t.session_id = a.session_id or exists (
  select 1 from agent_sessions s where s.id = t.session_id and s.agent_id = t.agent_id and s.ended_at is not null))`;

/** What an agent runs or has reported. */
export interface AgentInventory {
  readonly agentId: string;
  readonly podName: string;
  readonly sessionId: string;
  readonly held: readonly OwnedAttempt[];
  readonly reported: readonly OwnedAttempt[];
}

/** An attempt that the database gives to this session of an agent, and that the agent does not have. */
export interface MissingAttempt extends OwnedAttempt {
  readonly agentId: string;
  readonly podName: string;
  readonly sessionId: string;
}

/**
 * What the agents do not have and should: the answer to its accept was lost.
 * @param patienceSeconds from an accept on, its answer may be on its way for so long: the delivery before it may have come late
 */
export async function readMissing(
  sql: Sql,
  inventories: readonly AgentInventory[],
  patienceSeconds: number,
): Promise<MissingAttempt[]> {
  if (inventories.length === 0) {
    return [];
  }
  const has = inventories.flatMap(({ held, reported }) => [...held, ...reported]);
  return sql.rows<MissingAttempt>(MISSING, [
    inventories.map((one) => one.agentId),
    inventories.map((one) => one.sessionId),
    inventories.map((one) => one.podName),
    has.map((one) => one.taskId),
    has.map((one) => one.attempt),
    patienceSeconds,
  ]);
}

const MISSING = prepared(
  `select t.id as "taskId", t.attempt, a.id as "agentId", a.pod_name as "podName", a.session_id as "sessionId"
   from unnest($1::text[], $2::uuid[], $3::text[]) as a(id, session_id, pod_name)
     join tasks t on t.agent_id = a.id and t.status in ('planning', 'applying', 'running')
   where ${OF_SESSION}
     and greatest(t.assigned_at, t.started_at) < now() - $6::int * interval '1 second'
     and not exists (select 1 from unnest($4::uuid[], $5::int[]) as h(task_id, attempt)
       where h.task_id = t.id and h.attempt = t.attempt)`,
);

/** Takes them from their agents, like from lost ones. Gives how many; who has moved on meanwhile is left alone. */
export async function recoverMissing(
  database: Database,
  missing: readonly MissingAttempt[],
  retry: RetrySettings,
  failed: ItemFailed,
): Promise<number> {
  return eachAlone(database, missing, {
    name: ({ taskId, agentId }) => `task ${taskId} of agent ${agentId}`,
    failed,
    work: async ({ agentId, podName, sessionId, taskId, attempt }) => {
      const reason = `agent ${agentId} does not have attempt ${attempt} of the task`;
      const lost = await database.transaction(SIMPLE_MS, async (sql) => {
        const [same] = await sql.rows(
          `select 1 from tasks t, (select $2::uuid as session_id) a where t.id = $1 and t.attempt = $3 and ${OF_SESSION}`,
          [taskId, sessionId, attempt],
        );
        return same === undefined ? null : loseSlotOfTask(sql, taskId, { agentId, podName, reason }, retry);
      });
      return lost !== null;
    },
  });
}
