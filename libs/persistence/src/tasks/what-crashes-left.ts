import type { Database } from '../database.js';
import { END_RESERVATIONS } from './end-reservations.js';

/** Assignments to agents that did not accept in time. Whoever takes one back re-checks it under lock. */
export async function expiredAssignments(
  database: Database,
  limit: number,
): Promise<{ taskId: string; attempt: number; agentId: string }[]> {
  return database.rows(
    `select id as "taskId", attempt, agent_id as "agentId" from tasks
     where status = 'assigned' and platform is null and lease_until < now() order by lease_until limit $1`,
    [limit],
  );
}

/** Ends reservations whose time is over: the slot is free, the task stays apply_pending and never fails for it. */
export async function expireReservations(database: Database, limit: number): Promise<number> {
  const rows = await database.rows(
    `with over as materialized (
       select s.agent_id, s.slot_id, s.task_id, t.organization_id, t.attempt, t.status, 'scheduler' as actor,
         'ended' as reason, '{}'::jsonb as data
       from slots s join tasks t on t.id = s.task_id
       where s.state = 'reserved' and s.reserved_until < now() and t.status = 'apply_pending'
       limit $1 for no key update of s, t skip locked
     ), ${END_RESERVATIONS}
     select 1 from over`,
    [limit],
  );
  return rows.length;
}

/** Work that a person wants to stop, and the session of the agent that is to be told. */
export interface StopTarget {
  readonly taskId: string;
  readonly attempt: number;
  readonly agentId: string;
  readonly slotId: number;
  readonly force: boolean;
  readonly sessionId: string | null;
  readonly messageKey: Buffer | null;
}

const STOP_TARGET = `select t.id as "taskId", t.attempt, t.agent_id as "agentId", t.slot_id as "slotId",
    t.stop_requested = 'force_cancel' as force, s.id as "sessionId", s.message_key as "messageKey"
  from tasks t join agents a on a.id = t.agent_id left join agent_sessions s on s.id = a.session_id`;

/** Tasks that a person asked to stop while an agent worked on them. */
export async function stoppingTasks(database: Database, limit: number): Promise<StopTarget[]> {
  return database.rows<StopTarget>(
    `${STOP_TARGET} where t.stop_requested is not null and t.finished_at is null order by t.id limit $1`,
    [limit],
  );
}

/** The agent that has to be told to stop a task: while it works, or after a force-cancel has ended it. */
export async function stopTargetOf(database: Database, taskId: string): Promise<StopTarget | null> {
  const [target] = await database.rows<StopTarget>(
    `${STOP_TARGET} where t.id = $1 and t.stop_requested is not null`,
    [taskId],
  );
  return target ?? null;
}
