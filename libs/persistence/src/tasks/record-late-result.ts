import type { TaskPhase } from '@berth/domain';
import type { Speaker } from '../speaker.js';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import { attendApply } from '../workspaces/attention.js';
import { LOST_APPLY_OPEN } from '../workspaces/lost-apply.js';
import { lockTaskOf } from './lock-task.js';

export interface LateResult {
  readonly by: Speaker;
  readonly taskId: string;
  readonly attempt: number;
  readonly phase: TaskPhase;
  /** The apply ended well after all, or has changed nothing. */
  readonly nothingToLookAt: boolean;
  readonly message: string;
  readonly record: object;
  readonly actor: string;
}

/**
 * What an agent that was taken for lost reports when it is back. A failed task stays failed, but the task says what
 * became of it, and nobody has to look at it any more after a good end, or where nothing was changed. False: somebody has
 * taken over, or it is no such task.
 */
export async function recordLateResult(database: Database, result: LateResult): Promise<boolean> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const task = await lockTaskOf(sql, result.by, result.taskId);
    return task !== null && (await addLateResult(sql, result));
  });
}

/** The same for a task that is locked already, and the agent's. */
export async function addLateResult(sql: Sql, result: Omit<LateResult, 'by'>): Promise<boolean> {
  const message = `the agent came back: ${result.message}`;
  const recorded = await sql.rows<{ workspaceId: string }>(
    `with late as (
       update tasks t set phases = phases || jsonb_build_object($3::text, coalesce(phases -> $3::text, '{}'::jsonb) || $4::jsonb),
         error = error || jsonb_build_object('message', (error ->> 'message') || '. Later ' || $5::text)
       where t.id = $1 and t.attempt = $2 and ${LOST_APPLY_OPEN}
       returning t.id, t.organization_id, t.workspace_id, t.status, t.attempt
     ), logged as (
       insert into task_events (organization_id, task_id, event, from_status, to_status, attempt, actor, message)
       select organization_id, id, 'late_result', status, status, attempt, $6, $5 from late
     )
     select workspace_id as "workspaceId" from late`,
    [result.taskId, result.attempt, result.phase, JSON.stringify(result.record), message, result.actor],
  );
  const [task] = recorded;
  if (task === undefined) {
    return false;
  }
  if (result.nothingToLookAt) {
    await attendApply(sql, task.workspaceId, result.taskId);
  }
  return true;
}
