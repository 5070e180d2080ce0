import type { Sql } from '../database.js';
import { prepared } from '../statement.js';

const GIVEN = prepared('select sealed_variables as sealed from task_variables where task_id = $1');

/** The values that a task was given when it was created, as they were sealed; null where it was given none. */
export async function readGivenVariables(sql: Sql, taskId: string): Promise<Buffer | null> {
  const [given] = await sql.rows<{ sealed: Buffer }>(GIVEN, [taskId]);
  return given?.sealed ?? null;
}
