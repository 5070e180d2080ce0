import { readCounts, type Counts } from '../counts.js';
import type { Sql } from '../database.js';
import { COUNTED } from '../system/count-fleet.js';

/** How many agents of the organization there are in each status; those that went only for a day. */
export async function countAgents(sql: Sql, organizationId: string): Promise<Counts> {
  return readCounts(
    sql,
    `select status as word, count(*)::int as count from ${COUNTED} a where organization_id = $1 group by 1`,
    [organizationId],
  );
}

/** How many slots the same agents have in each state: summed up agent by agent, not slot by slot. */
export async function countSlots(sql: Sql, organizationId: string): Promise<Counts> {
  return readCounts(
    sql,
    `with room as (
       select sum(r.idle) as idle, sum(r.running) as running, sum(r.reserved) as reserved
       from ${COUNTED} a join agent_rooms r on r.agent_id = a.id where a.organization_id = $1
     ), gone as (
       select count(*) as lost from ${COUNTED} a join slots s on s.agent_id = a.id and s.state = 'lost'
       where a.organization_id = $1
     )
     select word, count::int from room cross join gone cross join lateral (
       values ('idle', idle), ('running', running), ('reserved', reserved), ('lost', lost)
     ) as counted(word, count) where count > 0`,
    [organizationId],
  );
}
