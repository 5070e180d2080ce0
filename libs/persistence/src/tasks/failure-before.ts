import { unnoted, type Failure } from '@berth/domain';
import type { Sql } from '../database.js';

/**
 * The failure that sent the task back to the queue last, from its timeline: accepting it has cleared the error. Null
 * where something else has sent it back since.
 */
export async function failureBefore(
  sql: Sql,
  taskId: string,
): Promise<Pick<Failure, 'code' | 'message'> | null> {
  const [last] = await sql.rows<{ event: string; message: string; code: string | null }>(
    `select event, message, data ->> 'code' as code from task_events
     where task_id = $1 and to_status = 'pending' order by id desc limit 1`,
    [taskId],
  );
  return last?.event === 'retry' && last.code !== null
    ? { code: last.code, message: unnoted(last.message) }
    : null;
}
