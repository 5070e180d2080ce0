import type { Database } from '../database.js';
import type { TaskEventRow } from '../entities/index.js';
import { toEntity, type RawRow } from '../rows.js';

/** The task's timeline, oldest first, from the event after this one on. */
export async function readTaskEvents(
  database: Database,
  taskId: string,
  afterEventId: string,
  limit: number,
): Promise<TaskEventRow[]> {
  const rows = await database.rows<RawRow>(
    'select * from task_events where task_id = $1 and id > $2 order by id limit $3',
    [taskId, afterEventId, limit],
  );
  return rows.map((row) => toEntity<TaskEventRow>(row));
}
