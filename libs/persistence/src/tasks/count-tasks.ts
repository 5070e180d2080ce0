import { readCounts, type Counts } from '../counts.js';
import type { Sql } from '../database.js';

/**
 * How many tasks of the organization there are in each status; those that have ended only for a day. By the indexes of what
 * waits, works and has ended: all tasks that ever were would be counted for longer each day.
 */
export async function countTasks(sql: Sql, organizationId: string): Promise<Counts> {
  return readCounts(
    sql,
    `select status as word, count(*)::int as count from (
       select status, workspace_id from tasks
       where organization_id = $1 and status in ('pending', 'assigned', 'apply_pending', 'apply_queued')
       union all
       select status, workspace_id from tasks where organization_id = $1 and status in ('planning', 'applying', 'running')
       union all
       select status, workspace_id from tasks where organization_id = $1 and finished_at > now() - interval '1 day'
     ) counted
     where not exists (select 1 from workspaces w where w.id = counted.workspace_id and w.deleted_at is not null)
     group by 1`,
    [organizationId],
  );
}

/** In milliseconds; null where there was none. */
export interface DispatchLatency {
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
}

/** How long tasks have waited from runnable to assigned, over the last hour; of the newest 1000. */
export async function readDispatchLatency(sql: Sql, organizationId: string): Promise<DispatchLatency> {
  const [latency] = await sql.rows<DispatchLatency>(
    `select count(*)::int as count, percentile_cont(0.5) within group (order by ms) as p50,
       percentile_cont(0.95) within group (order by ms) as p95
     from (
       select extract(epoch from assigned_at - runnable_at) * 1000 as ms from tasks
       where organization_id = $1 and created_at > now() - interval '1 day' and assigned_at > now() - interval '1 hour'
         and assigned_at >= runnable_at
       order by created_at desc limit 1000
     ) assigned`,
    [organizationId],
  );
  return latency ?? { count: 0, p50: null, p95: null };
}
