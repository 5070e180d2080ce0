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

/** Tasks that a person asked to stop while an agent worked on them. */
export async function stoppingTasks(
  database: Database,
  limit: number,
): Promise<{ taskId: string; attempt: number; agentId: string; slotId: number; request: string }[]> {
  return database.rows(
    `select id as "taskId", attempt, agent_id as "agentId", slot_id as "slotId", stop_requested as request from tasks
     where stop_requested is not null and finished_at is null and agent_id is not null order by id limit $1`,
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

/** The agent that has to be told to stop a task: while it works, or after a force-cancel has ended it. */
export async function stopTargetOf(
  database: Database,
  taskId: string,
): Promise<{ taskId: string; attempt: number; agentId: string; slotId: number; force: boolean } | null> {
  const [target] = await database.rows<{
    taskId: string;
    attempt: number;
    agentId: string;
    slotId: number;
    force: boolean;
  }>(
    `select id as "taskId", attempt, agent_id as "agentId", slot_id as "slotId", stop_requested = 'force_cancel' as force
     from tasks where id = $1 and stop_requested is not null and agent_id is not null`,
    [taskId],
  );
  return target ?? null;
}
