import { logLine, type BuildLogLevel } from '@berth/domain';
import type { Sql } from '../database.js';
import { prepared } from '../statement.js';

const APPEND = prepared(
  `with log as (
     insert into task_logs (task_id, organization_id, phase, attempt, size_bytes) values ($1, $2, 'build', $3, $5)
     on conflict (task_id, phase) do update set size_bytes = task_logs.size_bytes + excluded.size_bytes
     returning size_bytes
   )
   insert into task_log_chunks (task_id, phase, start_offset, organization_id, content)
   select $1, 'build', size_bytes - $5, $2, $4 from log`,
);

/**
 * A line of the platform's own, in the transaction of what it tells of. Only in logs whose writers append at the end and
 * count nothing, which are those of workers; beyond the log's limit as well, since there are few.
 */
export async function appendOwnLine(
  sql: Sql,
  task: { readonly id: string; readonly organizationId: string; readonly attempt: number },
  level: BuildLogLevel,
  message: string,
): Promise<void> {
  const line = Buffer.from(logLine(new Date(), level, message));
  await sql.rows(APPEND, [task.id, task.organizationId, task.attempt, line, line.length]);
}
