import type { Failure } from '@berth/domain';
import { BULK_MS, type Database, type Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';

/** A message that nobody could handle. */
export interface DeadMessage {
  readonly source: string;
  readonly messageId: string | null;
  readonly messageType: string | null;
  readonly routingKey: string | null;
  readonly reason: string;
  readonly content: Buffer;
  readonly sizeBytes: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly firstAt: Date;
}

/** What a message tells of itself, as far as it can be read at all. */
export interface DeadMessageNames {
  readonly taskId: string | null;
  readonly attempt: number | null;
  readonly agentId: string | null;
}

/**
 * Keeps a message, under the organization of the task or the agent that it names. Delivered again, the same message
 * is kept once.
 */
export async function keepDeadLetter(
  database: Database,
  message: DeadMessage,
  names: DeadMessageNames,
): Promise<void> {
  await database.transaction(BULK_MS, async (sql) => {
    await sql.rows(
      `insert into dead_letters (organization_id, task_id, attempt, source, message_id, message_type, routing_key,
         reason, content, size_bytes, headers, first_at)
       select coalesce(
           (select organization_id from tasks where id = $1::uuid),
           (select organization_id from agents where id = $2::text)),
         $1::uuid, $3::int, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12
       on conflict (message_id, md5(content)) do nothing`,
      [
        names.taskId,
        storable(names.agentId),
        names.attempt,
        storable(message.source),
        storable(message.messageId),
        storable(message.messageType),
        storable(message.routingKey),
        storable(message.reason),
        message.content,
        message.sizeBytes,
        JSON.stringify(message.headers).replaceAll('\\u0000', '\\ufffd'),
        message.firstAt,
      ],
    );
  });
}

/** A locked task's end, kept with the reason; the work can be asked for again by a replay. */
export async function keepDeadTask(sql: Sql, task: TaskRow, failure: Failure): Promise<void> {
  const content = Buffer.from(JSON.stringify({ taskId: task.id, attempt: task.attempt, failure }));
  await sql.rows(
    `insert into dead_letters (organization_id, task_id, attempt, source, reason, content, size_bytes)
     values ($1, $2, $3, 'task', $4, $5, $6)`,
    [task.organizationId, task.id, task.attempt, failure.message, content, content.length],
  );
}

/** PostgreSQL takes no zero in a text, and a letter must not come back for ever because of one. */
function storable(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\0', '\ufffd');
}
