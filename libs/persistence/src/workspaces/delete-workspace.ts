import { BULK_MS, type Database } from '../database.js';
import { lockLane } from '../tasks/lock-task.js';

/** Deletes a workspace with all that belongs to it. Gives the id of a task that is not finished, and then deletes nothing. */
export async function deleteWorkspace(database: Database, workspaceId: string): Promise<string | null> {
  return database.transaction(BULK_MS, async (sql) => {
    await lockLane(sql, workspaceId);
    const [busy] = await sql.rows<{ id: string }>(
      'select id from tasks where workspace_id = $1 and finished_at is null limit 1',
      [workspaceId],
    );
    if (busy !== undefined) {
      return busy.id;
    }
    await sql.rows('update workspaces set current_configuration_id = null where id = $1', [workspaceId]);
    await sql.rows('update tasks set plan_task_id = null where workspace_id = $1', [workspaceId]);
    await sql.rows('delete from tasks where workspace_id = $1', [workspaceId]);
    await sql.rows('delete from workspaces where id = $1', [workspaceId]);
    return null;
  });
}
