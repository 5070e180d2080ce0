import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import { removeTasks } from '../retention/ended-tasks.js';

/** Workspaces that were deleted and of which something is left, by their ids, from behind `after` on. */
export async function deletedWorkspaces(
  database: Database,
  after: string | null,
  limit: number,
): Promise<string[]> {
  const rows = await database.rows<{ id: string }>(
    `select id from workspaces where deleted_at is not null and ($1::uuid is null or id > $1) order by id limit $2`,
    [after, limit],
  );
  return rows.map(({ id }) => id);
}

/** Whether something is left of workspaces of the organization that were deleted. */
export async function hasDeletedWorkspaces(sql: Sql, organizationId: string): Promise<boolean> {
  const rows = await sql.rows(
    'select 1 from workspaces where deleted_at is not null and organization_id = $1 limit 1',
    [organizationId],
  );
  return rows.length > 0;
}

/**
 * `some`: rows were removed, and there may be more. `all`: nothing of it is left. `elsewhere`: another process is at it, or was
 * quicker.
 */
export type WorkspaceRemoval = 'some' | 'all' | 'elsewhere';

/**
 * Removes up to `limit` rows of a workspace that was deleted: of its tasks, then of its other tables, at last itself. Each
 * batch is a transaction of its own, so that a process that dies loses one, and any other goes on.
 */
export async function removeSomeOf(
  database: Database,
  workspaceId: string,
  limit: number,
): Promise<WorkspaceRemoval> {
  return database.transaction(SIMPLE_MS, async (sql): Promise<WorkspaceRemoval> => {
    const locked = await sql.rows(
      'select 1 from workspaces where id = $1 and deleted_at is not null for no key update skip locked',
      [workspaceId],
    );
    if (locked.length === 0) {
      return 'elsewhere';
    }
    if (await removeSome(sql, workspaceId, limit)) {
      return 'some';
    }
    await sql.rows('delete from workspaces where id = $1', [workspaceId]);
    return 'all';
  });
}

/** False where nothing was left. */
async function removeSome(sql: Sql, workspaceId: string, limit: number): Promise<boolean> {
  const tasks = await sql.rows<{ id: string }>(
    'select id from tasks where workspace_id = $1 order by created_at desc, id desc limit $2',
    [workspaceId, limit],
  );
  if (tasks.length > 0) {
    const ids = tasks.map(({ id }) => id);
    await sql.rows('update tasks set plan_task_id = null where plan_task_id = any($1::uuid[])', [ids]);
    await removeTasks(sql, ids);
    return true;
  }
  for (const table of ['state_versions', 'configurations']) {
    const gone = await sql.rows(
      `delete from ${table} where id in (select id from ${table} where workspace_id = $1 limit $2) returning 1`,
      [workspaceId, limit],
    );
    if (gone.length > 0) {
      return true;
    }
  }
  return false;
}
