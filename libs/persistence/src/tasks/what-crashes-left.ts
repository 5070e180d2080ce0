import type { Database } from '../database.js';

/** Assignments that nobody accepted in time. Whoever takes one back re-checks it under lock. */
export async function expiredAssignments(
  database: Database,
  limit: number,
): Promise<{ taskId: string; attempt: number; agentId: string }[]> {
  return database.rows(
    `select id as "taskId", attempt, agent_id as "agentId" from tasks
     where status = 'assigned' and lease_until < now() order by lease_until limit $1`,
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
       select s.agent_id, s.slot_id, s.task_id, t.organization_id, t.attempt, t.status
       from slots s join tasks t on t.id = s.task_id
       where s.state = 'reserved' and s.reserved_until < now() and t.status = 'apply_pending'
       limit $1 for no key update of s, t skip locked
     ), freed as (
       update slots s set state = 'idle', task_id = null, attempt = null, reserved_until = null, updated_at = now()
       from over o where s.agent_id = o.agent_id and s.slot_id = o.slot_id
     ), logged as (
       insert into task_events (organization_id, task_id, event, from_status, to_status, attempt, actor, message)
       select organization_id, task_id, 'reservation_ended', status, status, attempt, 'scheduler',
         'the reservation of slot ' || slot_id || ' on ' || agent_id || ' ended; confirming plans again first'
       from over
     )
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
