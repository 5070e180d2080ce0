import type { Database, Sql } from '../database.js';
import type { AgentRow } from '../entities/index.js';
import type { KeyedListPart } from '../page.js';

/** An agent or a worker, as people look at it. */
export interface AgentView extends Pick<
  AgentRow,
  | 'id'
  | 'organizationId'
  | 'kind'
  | 'name'
  | 'platforms'
  | 'podName'
  | 'status'
  | 'slots'
  | 'concurrency'
  | 'version'
  | 'isolation'
  | 'registeredAt'
  | 'drainRequestedAt'
  | 'unwellSince'
  | 'unwellUntil'
  | 'unwellReason'
> {
  readonly pool: string;
  readonly lastHeartbeatAt: Date | null;
}

const AGENTS = `select a.id, a.organization_id as "organizationId", a.kind, a.name, a.platforms, a.pod_name as "podName", p.name as pool, a.status, a.slots,
    a.concurrency, a.version, a.isolation, a.registered_at as "registeredAt", h.at as "lastHeartbeatAt",
    a.drain_requested_at as "drainRequestedAt", a.unwell_since as "unwellSince", a.unwell_until as "unwellUntil",
    a.unwell_reason as "unwellReason"
  from agents a join pools p on p.id = a.pool_id left join agent_heartbeats h on h.agent_id = a.id`;

/** Those that are there, and for an hour those that were lost: what one looks for in a harbour. `a` agents, `h` heartbeats. */
export const PRESENT_AGENT = `(a.status in ('alive', 'suspect', 'draining')
  or (a.status = 'lost' and coalesce(h.at, a.registered_at) > now() - interval '1 hour'))`;

/** Null: the organization has no such agent. */
export async function readAgent(sql: Sql, organizationId: string, id: string): Promise<AgentView | null> {
  const [agent] = await sql.rows<AgentView>(`${AGENTS} where a.organization_id = $1 and a.id = $2`, [
    organizationId,
    id,
  ]);
  return agent ?? null;
}

/** By id. @param presentOnly leaves out those that have gone */
export async function listAgents(
  database: Database,
  organizationId: string,
  { after, limit }: KeyedListPart,
  presentOnly: boolean,
): Promise<AgentView[]> {
  const present = presentOnly ? ` and ${PRESENT_AGENT}` : '';
  return database.rows<AgentView>(
    `${AGENTS} where a.organization_id = $1${present} and ($2::text is null or a.id > $2) order by a.id limit $3`,
    [organizationId, after, limit],
  );
}

/** Those of them that are there, whosesoever they are. */
export async function readAgents(sql: Sql, ids: readonly string[]): Promise<AgentView[]> {
  return sql.rows<AgentView>(`${AGENTS} where a.id = any($1::text[])`, [ids]);
}
