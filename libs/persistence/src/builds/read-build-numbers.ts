import type { Database } from '../database.js';

/** Builds for workers at a glance. */
export interface BuildNumbers {
  readonly workersOnline: number;
  readonly queued: number;
  readonly active: number;
  /** Completed since midnight, UTC. */
  readonly completedToday: number;
  /** Completed or failed, ever. */
  readonly ended: number;
  readonly buildMs: number;
}

/** Of the organization alone. */
export async function readBuildNumbers(database: Database, organizationId: string): Promise<BuildNumbers> {
  const [numbers] = await database.rows<BuildNumbers>(
    `select
       (select count(*)::int from agents where organization_id = $1 and kind = 'worker'
         and status in ('alive', 'draining')) as "workersOnline",
       count(*) filter (where status = 'pending')::int as queued,
       count(*) filter (where status in ('assigned', 'running'))::int as active,
       count(*) filter (where status = 'succeeded'
         and finished_at >= date_trunc('day', now() at time zone 'utc') at time zone 'utc')::int as "completedToday",
       count(*) filter (where status in ('succeeded', 'failed'))::int as ended,
       coalesce(sum(extract(epoch from finished_at - started_at) * 1000)
         filter (where status in ('succeeded', 'failed')), 0)::float8 as "buildMs"
     from tasks where organization_id = $1 and platform is not null`,
    [organizationId],
  );
  if (numbers === undefined) {
    throw new Error('a count gave no row');
  }
  return numbers;
}
