import type { Sql } from '../database.js';
import { prepared } from '../statement.js';

const LANE = prepared('select 1 from workspaces where id = $1 for no key update');

/** The lane of a workspace, locked: whoever adds a writing task to it or ends one holds it. */
export async function lockLane(sql: Sql, workspaceId: string): Promise<void> {
  await sql.rows(LANE, [workspaceId]);
}

/**
 * Lets the next writing task of the workspace come to the front, when nobody is there and no person has to look
 * first. Its turn among the workspaces counts from now on. The lane is locked by the caller.
 */
export async function promoteLane(sql: Sql, workspaceId: string): Promise<void> {
  await sql.rows(PROMOTE, [workspaceId]);
}

const PROMOTE = prepared(
  `update tasks set lane_head = true, runnable_at = now(), fair_at = now()
   where id = (
     select id from tasks
     where workspace_id = $1 and writing and not lane_head
       and status not in ('succeeded', 'failed', 'cancelled', 'discarded')
     order by priority desc, created_at, id limit 1
   )
   and not exists (select 1 from workspaces where id = $1 and needs_attention)
   and not exists (
     select 1 from tasks where workspace_id = $1 and writing and lane_head
       and status not in ('succeeded', 'failed', 'cancelled', 'discarded')
   )`,
);
