import type { Database, Sql } from '../database.js';
import { prepared } from '../statement.js';

export interface PlanInputs {
  readonly taskId: string;
  readonly attempt: number;
  readonly sealedInputs: Buffer;
}

const KEEP = prepared(
  `with kept as (
     insert into plan_inputs (task_id, organization_id, attempt, sealed_inputs)
     select id, organization_id, attempt, $3 from tasks where id = $1 and attempt = $2 and status = 'planning'
     on conflict (task_id) do update set attempt = excluded.attempt, sealed_inputs = excluded.sealed_inputs,
       created_at = now()
     returning 1
   )
   select * from kept`,
);
const DROP = prepared('delete from plan_inputs where task_id = $1');

/** Keeps what the attempt that is planning now was given; its apply gets the same. False means stale. */
export async function keepPlanInputs(database: Database, inputs: PlanInputs): Promise<boolean> {
  const rows = await database.rows(KEEP, [inputs.taskId, inputs.attempt, inputs.sealedInputs]);
  return rows.length === 1;
}

/** No apply of this plan comes any more. */
export async function dropPlanInputs(sql: Sql, taskId: string): Promise<void> {
  await sql.rows(DROP, [taskId]);
}
