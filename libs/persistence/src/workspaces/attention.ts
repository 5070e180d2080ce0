import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import { lockLane, promoteLane } from '../tasks/lock-task.js';

/** The code of an apply whose agent was lost: what it did is unknown, and its agent may be at work still. */
export const LOST_APPLY_CODE = 'AGENT_LOST_DURING_APPLY';

/** A person has to look before anything else writes in the workspace. The lane is locked by the caller. */
export async function markForAttention(sql: Sql, workspaceId: string | null): Promise<void> {
  await sql.rows('update workspaces set needs_attention = true, updated_at = now() where id = $1', [
    workspaceId,
  ]);
}

/** A person has looked: the workspace's next task may come to the front. */
export async function clearAttention(database: Database, workspaceId: string): Promise<void> {
  await database.transaction(SIMPLE_MS, async (sql) => {
    await lockLane(sql, workspaceId);
    await attendWorkspace(sql, workspaceId);
  });
}

/**
 * A person has looked, or there is nothing to look at. The lock that a lost apply may have left goes with it. The lane
 * is locked by the caller.
 */
export async function attendWorkspace(sql: Sql, workspaceId: string): Promise<void> {
  await sql.rows(
    `with unlocked as (
       delete from state_locks l using tasks t
       where l.workspace_id = $1 and t.id = l.task_id and t.error ->> 'code' = '${LOST_APPLY_CODE}' returning 1
     )
     select * from unlocked`,
    [workspaceId],
  );
  await sql.rows('update workspaces set needs_attention = false, updated_at = now() where id = $1', [
    workspaceId,
  ]);
  await promoteLane(sql, workspaceId);
}
