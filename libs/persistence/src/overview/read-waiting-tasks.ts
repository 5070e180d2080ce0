import type { Places } from '@berth/domain';
import type { Sql } from '../database.js';

/** A task that has not started, and since when it has not. */
export interface WaitingTask {
  readonly id: string;
  readonly since: Date;
}

/** More than anybody reads; the answer is to come at once. */
const LOOKED_AT = 2_000;

/** The oldest tasks that wait, and how many there are beside them. */
export async function readWaitingTasks(
  sql: Sql,
  organizationId: string,
  within: Places | null,
): Promise<{ readonly tasks: readonly WaitingTask[]; readonly others: number }> {
  const tasks = await sql.rows<WaitingTask & { all: number }>(
    `select t.id, count(*) over ()::int as all, case t.status when 'assigned' then t.assigned_at
       when 'apply_pending' then coalesce((t.phases -> 'plan' ->> 'finishedAt')::timestamptz, t.runnable_at)
       else t.runnable_at end as since
     from tasks t left join workspaces w on w.id = t.workspace_id
     where t.organization_id = $1 and t.status in ('pending', 'assigned', 'apply_pending', 'apply_queued')
       and ($2::uuid[] is null or t.workspace_id = any($3::uuid[]) or w.project_id = any($2))
     order by t.created_at, t.id limit $4`,
    [organizationId, within?.projects ?? null, within?.workspaces ?? null, LOOKED_AT],
  );
  return { tasks, others: (tasks[0]?.all ?? 0) - tasks.length };
}
