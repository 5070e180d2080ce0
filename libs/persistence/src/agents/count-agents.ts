import { readCounts, type Counts } from '../counts.js';
import type { Sql } from '../database.js';

/** How many agents of the organization there are in each status. */
export async function countAgents(sql: Sql, organizationId: string): Promise<Counts> {
  return readCounts(
    sql,
    'select status as word, count(*)::int as count from agents where organization_id = $1 group by 1',
    [organizationId],
  );
}

/** How many slots of the organization there are in each state. */
export async function countSlots(sql: Sql, organizationId: string): Promise<Counts> {
  return readCounts(
    sql,
    'select state as word, count(*)::int as count from slots where organization_id = $1 group by 1',
    [organizationId],
  );
}
