import type { Places } from '@berth/domain';
import type { Sql } from '../database.js';

/** How long something took in one hour; null where it did not happen. */
export interface LatencyOfHour {
  readonly at: Date;
  readonly dispatched: number;
  readonly dispatchP50: number | null;
  readonly dispatchP95: number | null;
  readonly applied: number;
  readonly applyP50: number | null;
  readonly applyP95: number | null;
}

/** Of a busier day the newest ones count. */
const TASKS = 20_000;

/**
 * From runnable to assigned, and from the last confirmation to terraform's start, of the last 24 hours. Where the clock of
 * an agent runs behind, an apply has started before it was confirmed; it is left out.
 */
export async function readLatencyByHour(
  sql: Sql,
  organizationId: string,
  within: Places | null,
): Promise<LatencyOfHour[]> {
  return sql.rows<LatencyOfHour>(
    `with recent as materialized (
       select t.runnable_at, t.assigned_at, t.confirmed_at,
         coalesce(t.phases -> 'apply' ->> 'processStartedAt', t.phases -> 'apply' ->> 'startedAt')::timestamptz as applied_at
       from tasks t left join workspaces w on w.id = t.workspace_id
       where t.organization_id = $1 and t.created_at > now() - interval '2 days'
         and ($2::uuid[] is null or t.workspace_id = any($3::uuid[]) or w.project_id = any($2))
       order by t.created_at desc limit $4
     ), dispatch as (
       select date_trunc('hour', assigned_at) as at, extract(epoch from assigned_at - runnable_at)::float8 * 1000 as ms
       from recent where assigned_at >= runnable_at
     ), apply as (
       select date_trunc('hour', applied_at) as at, extract(epoch from applied_at - confirmed_at)::float8 * 1000 as ms
       from recent where applied_at >= confirmed_at
     )
     select hour.at, d.count as dispatched, d.p50 as "dispatchP50", d.p95 as "dispatchP95",
       a.count as applied, a.p50 as "applyP50", a.p95 as "applyP95"
     from generate_series(date_trunc('hour', now()) - interval '23 hours', now(), interval '1 hour') as hour(at)
     cross join lateral (
       select count(*)::int as count, percentile_cont(0.5) within group (order by ms) as p50,
         percentile_cont(0.95) within group (order by ms) as p95 from dispatch where at = hour.at
     ) d
     cross join lateral (
       select count(*)::int as count, percentile_cont(0.5) within group (order by ms) as p50,
         percentile_cont(0.95) within group (order by ms) as p95 from apply where at = hour.at
     ) a
     order by hour.at`,
    [organizationId, within?.projects ?? null, within?.workspaces ?? null, TASKS],
  );
}
