import type { Database, Sql } from '../database.js';

/** Whether the organization has such a worker. */
export async function isWorker(sql: Sql, organizationId: string, agentId: string): Promise<boolean> {
  const rows = await sql.rows(
    "select 1 from agents where id = $1 and organization_id = $2 and kind = 'worker'",
    [agentId, organizationId],
  );
  return rows.length === 1;
}

export interface WorkerStatistics {
  readonly name: string;
  readonly status: string;
  readonly registeredAt: Date;
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
}

/** Null: the organization has no such worker. */
export async function readWorkerStatistics(
  database: Database,
  organizationId: string,
  agentId: string,
): Promise<WorkerStatistics | null> {
  const [worker] = await database.rows<WorkerStatistics>(
    `select a.name, a.status, a.registered_at as "registeredAt", count(t.id)::int as total,
       count(t.id) filter (where t.status = 'succeeded')::int as succeeded,
       count(t.id) filter (where t.status = 'failed')::int as failed
     from agents a left join tasks t on t.agent_id = a.id and t.platform is not null
     where a.id = $1 and a.organization_id = $2 and a.kind = 'worker' group by a.id`,
    [agentId, organizationId],
  );
  return worker ?? null;
}
