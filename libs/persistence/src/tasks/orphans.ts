import { SIMPLE_MS, type Database } from '../database.js';
import { eachAlone, type ItemFailed } from '../each-alone.js';
import { lockLane, promoteLane } from '../workspaces/lane.js';
import { lockTask } from './lock-task.js';
import { loseReservation } from './lose-reservation.js';

/**
 * No verb leaves any of these behind, as each writes both sides in one transaction. They are looked for because a
 * row that somebody repaired by hand, or a fault of ours, would otherwise cost a slot or a workspace for ever.
 */

/** Frees slots whose task is over, waits for a slot, or is in another one. Gives how many. */
export async function freeOrphanedSlots(database: Database, limit: number): Promise<number> {
  const rows = await database.rows(
    `with orphaned as materialized (
       select s.agent_id, s.slot_id from slots s join tasks t on t.id = s.task_id
       where t.finished_at is not null or t.status = 'pending'
         or (t.agent_id, t.slot_id) is distinct from (s.agent_id, s.slot_id)
       limit $1 for no key update of s, t skip locked
     ), freed as (
       update slots s set task_id = null, attempt = null, reserved_until = null, updated_at = now(),
         state = case when a.status = 'lost' then 'lost' else 'idle' end
       from orphaned o join agents a on a.id = o.agent_id
       where s.agent_id = o.agent_id and s.slot_id = o.slot_id returning 1
     )
     select * from freed`,
    [limit],
  );
  return rows.length;
}

/** Plans confirmed tasks again whose reserved slot is not there any more. Gives how many. */
export async function replanWithoutSlot(
  database: Database,
  limit: number,
  failed: ItemFailed,
): Promise<number> {
  const tasks = await database.rows<{ id: string }>(
    `select id from tasks t where status = 'apply_queued'
       and not exists (select 1 from slots s where s.task_id = t.id) limit $1`,
    [limit],
  );
  return eachAlone(database, tasks, {
    name: ({ id }) => `task ${id}`,
    failed,
    work: async ({ id }) =>
      database.transaction(SIMPLE_MS, async (sql) => {
        const locked = await lockTask(sql, id);
        const slots = await sql.rows('select 1 from slots where task_id = $1', [id]);
        if (locked?.status !== 'apply_queued' || slots.length > 0) {
          return false;
        }
        const reason = 'no slot is reserved for it any more';
        return (await loseReservation(sql, locked, { actor: 'scheduler', reason })) !== null;
      }),
  });
}

/** Lets the next writing task of a workspace come to the front where nobody is there. Gives how many workspaces. */
export async function promoteStrandedLanes(
  database: Database,
  limit: number,
  failed: ItemFailed,
): Promise<number> {
  const lanes = await database.rows<{ workspaceId: string }>(
    `select distinct t.workspace_id as "workspaceId" from tasks t
     join workspaces w on w.id = t.workspace_id and not w.needs_attention
     where t.writing and not t.lane_head and t.status not in ('succeeded', 'failed', 'cancelled', 'discarded')
       and not exists (
         select 1 from tasks head where head.workspace_id = t.workspace_id and head.writing and head.lane_head
           and head.status not in ('succeeded', 'failed', 'cancelled', 'discarded'))
     limit $1`,
    [limit],
  );
  return eachAlone(database, lanes, {
    name: ({ workspaceId }) => `workspace ${workspaceId}`,
    failed,
    work: async ({ workspaceId }) =>
      database.transaction(SIMPLE_MS, async (sql) => {
        await lockLane(sql, workspaceId);
        await promoteLane(sql, workspaceId);
        return true;
      }),
  });
}
