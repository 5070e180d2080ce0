import type { Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';

/** What an apply of a finished plan task runs: what the plan was made of, and its hash. */
export type PlanToApply = Pick<TaskRow, 'configurationId' | 'source' | 'planHash'>;

/** Null: the workspace has no task of operation "plan" with this id that has succeeded and whose plan is stored. */
export async function readPlanToApply(
  sql: Sql,
  workspaceId: string,
  planTaskId: string,
): Promise<PlanToApply | null> {
  const [plan] = await sql.rows<PlanToApply>(
    `select t.configuration_id as "configurationId", t.source, t.plan_hash as "planHash"
     from tasks t join plans p on p.task_id = t.id
     where t.id = $1 and t.workspace_id = $2 and t.operation = 'plan' and t.status = 'succeeded'
       and p.sealed_file is not null`,
    [planTaskId, workspaceId],
  );
  return plan ?? null;
}
