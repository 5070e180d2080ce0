import type { Database } from '../database.js';

/** What a worker has last said of its own health. */
export interface WorkerReport {
  readonly workerId: string;
  readonly runAt: Date;
  readonly report: Readonly<Record<string, unknown>>;
}

/** Keeps the newest of the worker. */
export async function keepWorkerReport(
  database: Database,
  organizationId: string,
  workerId: string,
  report: Readonly<Record<string, unknown>>,
): Promise<void> {
  await database.rows(
    `insert into worker_reports (agent_id, organization_id, report) values ($1, $2, $3::jsonb)
     on conflict (agent_id) do update set report = excluded.report, run_at = now()`,
    [workerId, organizationId, JSON.stringify(report)],
  );
}

/** The newest first: of one worker, or of all. */
export async function readWorkerReports(
  database: Database,
  organizationId: string,
  { workerId, limit }: { readonly workerId: string | null; readonly limit: number },
): Promise<WorkerReport[]> {
  return database.rows<WorkerReport>(
    `select agent_id as "workerId", run_at as "runAt", report from worker_reports
     where organization_id = $1 and ($2::text is null or agent_id = $2) order by run_at desc, agent_id limit $3`,
    [organizationId, workerId, limit],
  );
}
