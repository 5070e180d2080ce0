import type { AgentStatus, SlotState } from '@berth/domain';
import type { Sql } from '../database.js';

/** How long an agent that went is still counted. Their rows stay for ever, and in a cluster every pod is a new agent. */
const GONE_FOR = "interval '1 day'";

/** Agents that are here, or went a short while ago: by index, among all that ever were. */
export const COUNTED = `(
  select id, organization_id, pool_id, kind, status, unwell_since from agents where status in ('alive', 'suspect', 'draining')
  union all
  select id, organization_id, pool_id, kind, status, null from agents where status in ('lost', 'stopped') and updated_at > now() - ${GONE_FOR}
)`;

export interface AgentCount {
  readonly poolId: string;
  readonly kind: 'agent' | 'worker';
  readonly state: AgentStatus;
  readonly count: number;
  /** How many of them are unwell. */
  readonly unwell: number;
}

/** Agents and build workers by pool and state. */
export async function countFleet(sql: Sql): Promise<AgentCount[]> {
  return sql.rows<AgentCount>(FLEET);
}

export const FLEET = `select pool_id as "poolId", kind, status as state, count(*)::int as count, count(unwell_since)::int as unwell
  from ${COUNTED} a group by 1, 2, 3`;

export interface SlotCount {
  readonly poolId: string;
  readonly state: SlotState;
  readonly count: number;
}

/** The slots of the same agents. */
export async function countAllSlots(sql: Sql): Promise<SlotCount[]> {
  return sql.rows<SlotCount>(ALL_SLOTS);
}

export const ALL_SLOTS = `select s.pool_id as "poolId", s.state, count(*)::int as count
  from ${COUNTED} a join slots s on s.agent_id = a.id group by 1, 2`;

/** How long reservations have been held, at the most; the last one has no end. */
export const RESERVATION_AGES = ['5m', '1h', '8h', '1d', 'older'] as const;
export type ReservationAge = (typeof RESERVATION_AGES)[number];

export interface ReservationCount {
  readonly poolId: string;
  readonly age: ReservationAge;
  readonly count: number;
}

/** Reserved slots by how long they have been. */
export async function countReservations(sql: Sql): Promise<ReservationCount[]> {
  return sql.rows<ReservationCount>(RESERVATIONS);
}

export const RESERVATIONS = `select pool_id as "poolId", case
    when updated_at > now() - interval '5 minutes' then '5m'
    when updated_at > now() - interval '1 hour' then '1h'
    when updated_at > now() - interval '8 hours' then '8h'
    when updated_at > now() - interval '1 day' then '1d'
    else 'older' end as age, count(*)::int as count
  from slots where state = 'reserved' group by 1, 2`;

/** A pool as metrics call it: by its name, before which that of its organization stands unless that is the first one. */
export interface NamedPool {
  readonly poolId: string;
  readonly name: string;
}

/** The oldest pools first, so that each keeps its name for as long as it lives. */
export async function namePools(sql: Sql, limit: number): Promise<NamedPool[]> {
  return sql.rows<NamedPool>(
    `select p.id as "poolId", case when o.name = 'default' then p.name else o.name || '/' || p.name end as name
     from pools p join organizations o on o.id = p.organization_id order by p.created_at, p.id limit $1`,
    [limit],
  );
}
