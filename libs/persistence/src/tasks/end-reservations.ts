import type { Sql } from '../database.js';

/**
 * The end of a statement whose part `over` has locked reservations of apply_pending tasks, each with `actor`,
 * `reason` and `data`: their slots are free, and their tasks' timelines say so.
 */
export const END_RESERVATIONS = `freed as (
       update slots s set state = 'idle', task_id = null, attempt = null, reserved_until = null, updated_at = now()
       from over o where s.agent_id = o.agent_id and s.slot_id = o.slot_id
     ), logged as (
       insert into task_events (organization_id, task_id, event, from_status, to_status, attempt, actor, message, data)
       select organization_id, task_id, 'reservation_ended', status, status, attempt, actor,
         'the reservation of slot ' || slot_id || ' on ' || agent_id || ' ' || reason || (
           select case when w.on_slot_lost = 'restore' then '; once confirmed, the stored plan is applied in another slot'
             else '; confirming plans again first' end
           from tasks t join workspaces w on w.id = t.workspace_id where t.id = over.task_id),
         data
       from over
     )`;

/**
 * Called when a plan has reserved its slot and waits for a person: where more plans of the pool do so than its cap
 * allows, the reservations that would end soonest end now. The newest plan, which a person is about to read, keeps
 * its slot. Confirmed tasks do not count: their applies are due. Gives how many ended.
 */
export async function endReservationsOverCap(sql: Sql, newestTaskId: string): Promise<number> {
  // The pool comes last in the order of locks, and whoever holds it waits for nobody: plans that finish at the same
  // time count one after the other, and a reservation that another verb has locked is passed over.
  const [pool] = await sql.rows(
    `select 1 from pools p join slots s on s.pool_id = p.id
     where s.task_id = $1 and p.max_reserved_slots is not null for no key update of p`,
    [newestTaskId],
  );
  return pool === undefined ? 0 : endSoonest(sql, newestTaskId);
}

/** A statement of its own: its snapshot is younger than the pool's lock. */
async function endSoonest(sql: Sql, newestTaskId: string): Promise<number> {
  const ended = await sql.rows(
    `with newest as materialized (
       select t.id, t.organization_id, t.attempt, t.status, p.id as pool_id, p.name as pool, p.max_reserved_slots as cap
       from tasks t join slots s on s.task_id = t.id join pools p on p.id = s.pool_id
       where t.id = $1 and p.max_reserved_slots is not null
     ), over as materialized (
       select s.agent_id, s.slot_id, s.task_id, t.organization_id, t.attempt, t.status, 'scheduler' as actor,
         'ended early, because pool "' || n.pool || '" reserves at most ' || n.cap || ' slots and task ' || n.id
           || ' has finished its plan' as reason,
         jsonb_build_object('newestTaskId', n.id) as data
       from newest n join slots s on s.pool_id = n.pool_id and s.state = 'reserved'
       join tasks t on t.id = s.task_id and t.status = 'apply_pending' and t.id <> n.id
       order by s.reserved_until, s.agent_id, s.slot_id
       limit coalesce((
         select greatest(0, count(*) - min(n.cap)) from newest n
         join slots s on s.pool_id = n.pool_id and s.state = 'reserved'
         join tasks t on t.id = s.task_id and t.status = 'apply_pending'), 0)
       for no key update of s, t skip locked
     ), ${END_RESERVATIONS}, told as (
       insert into task_events (organization_id, task_id, event, from_status, to_status, attempt, actor, message, data)
       select n.organization_id, n.id, 'reservation_replaced', n.status, n.status, n.attempt, 'scheduler',
         'pool "' || n.pool || '" reserves at most ' || n.cap || ' slots: the reservation of task ' || o.task_id
           || ' (slot ' || o.slot_id || ' on ' || o.agent_id || ') ended for this one',
         jsonb_build_object('endedTaskId', o.task_id)
       from over o cross join newest n
     )
     select 1 from over`,
    [newestTaskId],
  );
  return ended.length;
}
