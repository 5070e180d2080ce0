import type { TaskPhase, TaskStatus } from '@berth/domain';
import type { Sql } from '../database.js';
import { prepared } from '../statement.js';

/** How far a task's timeline and logs go. */
export interface TaskHead {
  readonly id: string;
  readonly status: TaskStatus;
  readonly phase: TaskPhase;
  /** Of the last line; null where there is none yet. */
  readonly lastEvent: string | null;
  /** Bytes of each phase's log. */
  readonly logs: Readonly<Partial<Record<TaskPhase, number>>>;
}

/** In one statement, so that whatever a task that has ended still had to say is surely in it. */
const HEADS = prepared(
  `select t.id, t.status, t.phase, (select max(e.id) from task_events e where e.task_id = t.id)::text as "lastEvent",
     coalesce((select jsonb_object_agg(l.phase, l.size_bytes) from task_logs l where l.task_id = t.id), '{}') as logs
   from tasks t where t.id = any($1::uuid[])`,
);

/** Of those of them that are there. */
export async function readTaskHeads(sql: Sql, ids: readonly string[]): Promise<TaskHead[]> {
  return sql.rows<TaskHead>(HEADS, [ids]);
}
