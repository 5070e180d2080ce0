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
 * Deletes a workspace with all that belongs to it: at once it is gone for everybody and its name is free, and its rows go bit
 * by bit (`removeSomeOf`). Nothing where a task of it is not finished, or where it has states that could not be
 * saved, or may yet come in: each is the only copy.
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

/** A branch for each of the indexes of tasks that go on: among all that a workspace ever had, they would be looked for for long. */
const BUSY = [
  "workspace_id = $1 and writing and lane_head and status not in ('succeeded', 'failed', 'cancelled', 'discarded')",
  "workspace_id = $1 and writing and not lane_head and status not in ('succeeded', 'failed', 'cancelled', 'discarded')",
  "workspace_id = $1 and status = 'pending' and not writing",
  "workspace_id = $1 and status in ('assigned', 'planning', 'apply_pending', 'apply_queued', 'applying', 'running')",
]
  .map((branch) => `(select id from tasks where ${branch} limit 1)`)
  .join(' union all ');

/** What gives somebody a right, or holds a secret, and is little. */
const AT_ONCE = ['variables', 'variable_set_workspaces', 'state_locks', 'grants', 'api_key_places'];

async function deleteLocked(sql: Sql, workspaceId: string): Promise<WorkspaceDeletion> {
  const [busy] = await sql.rows<{ id: string }>(`${BUSY} limit 1`, [workspaceId]);
  if (busy !== undefined) {
    return { outcome: 'busy', taskId: busy.id };
  }
  for (const table of AT_ONCE) {
    await sql.rows(`delete from ${table} where workspace_id = $1`, [workspaceId]);
  }
  // What an agent brings of a lost apply is refused from now on.
  await sql.rows('update tasks set needs_attention = false where workspace_id = $1 and needs_attention', [
    workspaceId,
  ]);
  // No name that anybody can give; a project that is empty for people must not be kept by what they do not see.
  await sql.rows(
    `update workspaces w set deleted_at = now(), updated_at = now(), name = 'deleted ' || id, current_configuration_id = null,
       sealed_git_token = null, needs_attention = false, project_id = coalesce(
         (select p.id from projects p where p.organization_id = w.organization_id and p.name = 'default'), w.project_id)
     where id = $1`,
    [workspaceId],
  );
  return { outcome: 'deleted' };
}
