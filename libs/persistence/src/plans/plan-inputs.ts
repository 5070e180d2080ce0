import type { Sql, Together } from '../database.js';
import { prepared } from '../statement.js';

export interface PlanInputs {
  readonly taskId: string;
  readonly attempt: number;
  readonly sealedInputs: Buffer;
}

const KEEP = prepared(
  `with kept as (
     insert into plan_inputs (task_id, organization_id, attempt, sealed_inputs)
     select t.id, t.organization_id, t.attempt, given.sealed_inputs
     from unnest($1::uuid[], $2::int[], $3::bytea[]) as given(task_id, attempt, sealed_inputs)
     join tasks t on t.id = given.task_id and t.attempt = given.attempt and t.status = 'planning'
     on conflict (task_id) do update set attempt = excluded.attempt, sealed_inputs = excluded.sealed_inputs,
       created_at = now()
     returning task_id
   )
   select task_id as "taskId" from kept`,
);
const DROP = prepared('delete from plan_inputs where task_id = any($1::uuid[])');

const DROPPING: Together<string, void> = {
  work: async (sql, taskIds) => {
    await sql.rows(DROP, [taskIds]);
    return [];
  },
};

/** Keeps what the attempts that are planning now were given; their applies get the same. Gives the tasks that are not stale. */
export async function keepPlanInputs(sql: Sql, inputs: readonly PlanInputs[]): Promise<ReadonlySet<string>> {
  const rows = await sql.rows<{ taskId: string }>(KEEP, [
    inputs.map(({ taskId }) => taskId),
    inputs.map(({ attempt }) => attempt),
    inputs.map(({ sealedInputs }) => sealedInputs),
  ]);
  return new Set(rows.map(({ taskId }) => taskId));
}

/** No apply of this plan comes any more. */
export async function dropPlanInputs(sql: Sql, taskId: string): Promise<void> {
  await sql.together(DROPPING, taskId);
}
