import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { prepared } from '../statement.js';
import { lockLane, promoteLane } from './lane.js';
import { LOST_APPLY_CODE } from './lost-apply.js';

/**
 * A person has to look before anything else writes in the workspace: who is at the front and not claimed yet steps back.
 * The lane is locked by the caller.
 */
export async function markForAttention(sql: Sql, workspaceId: string | null): Promise<void> {
  await sql.rows('update workspaces set needs_attention = true, updated_at = now() where id = $1', [
    workspaceId,
  ]);
  await sql.rows(
    "update tasks set lane_head = false where workspace_id = $1 and writing and lane_head and status = 'pending'",
    [workspaceId],
  );
}

/** Whether a person has to look first. Where something follows from it, the lane is locked by the caller. */
export async function isAttentionNeeded(sql: Sql, workspaceId: string | null): Promise<boolean> {
  const rows = await sql.rows('select 1 from workspaces where id = $1 and needs_attention', [workspaceId]);
  return rows.length === 1;
}

const ATTENTION_OF_TASK = prepared(
  'select 1 from workspaces w join tasks t on t.workspace_id = w.id where t.id = $1 and w.needs_attention',
);

/** The same of a task's workspace, for who knows only the task yet. */
export async function isAttentionNeededFor(sql: Sql, taskId: string): Promise<boolean> {
  const rows = await sql.rows(ATTENTION_OF_TASK, [taskId]);
  return rows.length === 1;
}

/**
 * Marks the workspace because of an apply that ends and of which nobody knows what it has done; unless it has left a state that
 * a person has seen to already, which its result may come after. The task and its lane are locked by the caller.
 */
export async function doubtApply(sql: Sql, task: Pick<TaskRow, 'id' | 'workspaceId'>): Promise<void> {
  const doubted = await sql.rows(
    `with doubted as (
       update tasks t set needs_attention = true
       where id = $1 and not exists (
         select 1 from unsaved_states u
         where u.task_id = t.id and u.attempt = t.attempt and u.resolved_at is not null)
       returning 1
     )
     select * from doubted`,
    [task.id],
  );
  if (doubted.length > 0) {
    await markForAttention(sql, task.workspaceId);
  }
}

/**
 * A person has looked: the workspace's next task may come to the front. Not while there are unsaved states, and then
 * nothing changes: the next apply would make again what is in them. Gives how many there are.
 */
export async function clearAttention(database: Database, workspaceId: string): Promise<number> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    await lockLane(sql, workspaceId);
    const unsaved = await openUnsavedStates(sql, workspaceId);
    if (unsaved === 0) {
      await attendApplies(sql, workspaceId, null);
      await goOn(sql, workspaceId);
    }
    return unsaved;
  });
}

/** How many states of the workspace somebody has to push or discard. */
export async function openUnsavedStates(sql: Sql, workspaceId: string): Promise<number> {
  const [counted] = await sql.rows<{ open: number }>(
    'select count(*)::int as open from unsaved_states where workspace_id = $1 and resolved_at is null',
    [workspaceId],
  );
  return counted?.open ?? 0;
}

/**
 * Nobody has to look at this apply any more; where nothing else is left to look at, its workspace goes on. The lane is
 * locked by the caller.
 */
export async function attendApply(sql: Sql, workspaceId: string, taskId: string): Promise<void> {
  await attendApplies(sql, workspaceId, taskId);
  if (!(await somethingToLookAt(sql, workspaceId))) {
    await goOn(sql, workspaceId);
  }
}

/** One apply of the workspace, or all. The lock that a lost one may have left goes with it. */
async function attendApplies(sql: Sql, workspaceId: string, taskId: string | null): Promise<void> {
  await sql.rows(
    `with attended as (
       update tasks set needs_attention = false
       where workspace_id = $1 and needs_attention and ($2::uuid is null or id = $2) returning 1
     ), unlocked as (
       delete from state_locks l using tasks t
       where l.workspace_id = $1 and t.id = l.task_id and ($2::uuid is null or t.id = $2)
         and t.error ->> 'code' = '${LOST_APPLY_CODE}' returning 1
     )
     select * from attended union all select * from unlocked`,
    [workspaceId, taskId],
  );
}

async function somethingToLookAt(sql: Sql, workspaceId: string): Promise<boolean> {
  const applies = await sql.rows('select 1 from tasks where workspace_id = $1 and needs_attention limit 1', [
    workspaceId,
  ]);
  return applies.length > 0 || (await openUnsavedStates(sql, workspaceId)) > 0;
}

async function goOn(sql: Sql, workspaceId: string): Promise<void> {
  await sql.rows('update workspaces set needs_attention = false, updated_at = now() where id = $1', [
    workspaceId,
  ]);
  await promoteLane(sql, workspaceId);
}
