import type { Database } from '../database.js';
import { PoolRow } from '../entities/index.js';
import type { KeyedListPart } from '../page.js';
import { toEntity, type RawRow } from '../rows.js';

/** Null: the organization has no pool of this name. */
export async function readPool(
  database: Database,
  organizationId: string,
  name: string,
): Promise<PoolRow | null> {
  return database.repository(PoolRow).findOneBy({ organizationId, name });
}

/** One that is surely there. */
export async function readPoolOf(database: Database, id: string): Promise<PoolRow> {
  return database.repository(PoolRow).findOneByOrFail({ id });
}

/** Of the organization, by name. */
export async function listPools(
  database: Database,
  organizationId: string,
  { after, limit }: KeyedListPart,
): Promise<PoolRow[]> {
  const rows = await database.rows<RawRow>(
    `select * from pools
     where organization_id = $1 and ($2::text is null or name > $2) order by name limit $3`,
    [organizationId, after, limit],
  );
  return rows.map((row) => toEntity<PoolRow>(row));
}
