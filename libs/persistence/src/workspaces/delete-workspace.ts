import { BULK_MS, type Database, type Sql } from '../database.js';
import { isAttentionNeeded, openUnsavedStates } from './attention.js';
import { lockLane } from './lane.js';

export type WorkspaceDeletion =
  | { readonly outcome: 'deleted' }
  | { readonly outcome: 'busy'; readonly taskId: string }
  | { readonly outcome: 'unsaved_states'; readonly count: number }
  /** What an apply did is unknown, and its agent may be about to hand its state over. */
  | { readonly outcome: 'attention' };

/**
 * Deletes a workspace with all that belongs to it. Nothing where a task of it is not finished, or where it has states
 * that could not be saved, or may yet come in: each is the only copy.
 */
export async function deleteWorkspace(database: Database, workspaceId: string): Promise<WorkspaceDeletion> {
  return database.transaction(BULK_MS, async (sql) => {
    await lockLane(sql, workspaceId);
    const count = await openUnsavedStates(sql, workspaceId);
    if (count > 0) {
      return { outcome: 'unsaved_states', count };
    }
    return (await isAttentionNeeded(sql, workspaceId))
      ? { outcome: 'attention' }
      : deleteLocked(sql, workspaceId);
  });
}

/** The same also with such states. What comes in later stays on its agent's disk. */
export async function deleteWorkspaceAndUnsaved(
  database: Database,
  workspaceId: string,
): Promise<WorkspaceDeletion> {
  return database.transaction(BULK_MS, async (sql) => {
    await lockLane(sql, workspaceId);
    return deleteLocked(sql, workspaceId);
  });
}

async function deleteLocked(sql: Sql, workspaceId: string): Promise<WorkspaceDeletion> {
  const [busy] = await sql.rows<{ id: string }>(
    'select id from tasks where workspace_id = $1 and finished_at is null limit 1',
    [workspaceId],
  );
  if (busy !== undefined) {
    return { outcome: 'busy', taskId: busy.id };
  }
  await sql.rows('update workspaces set current_configuration_id = null where id = $1', [workspaceId]);
  await sql.rows('update tasks set plan_task_id = null where workspace_id = $1', [workspaceId]);
  await sql.rows('delete from tasks where workspace_id = $1', [workspaceId]);
  await sql.rows('delete from workspaces where id = $1', [workspaceId]);
  return { outcome: 'deleted' };
}
