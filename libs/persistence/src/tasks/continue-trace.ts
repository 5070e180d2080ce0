import type { Sql } from '../database.js';

/** The task's present round began with this span. */
export async function continueTrace(sql: Sql, { taskId, attempt, traceparent }: Round): Promise<void> {
  await sql.rows('update tasks set traceparent = $3 where id = $1 and attempt = $2', [
    taskId,
    attempt,
    traceparent,
  ]);
}

interface Round {
  readonly taskId: string;
  readonly attempt: number;
  readonly traceparent: string;
}
