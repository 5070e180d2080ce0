import type { Database } from '../database.js';
import type { PoolRow } from '../entities/index.js';
import { toEntity, type RawRow } from '../rows.js';

/** Under the same id it is created once, however often it is asked for. @throws UniqueViolation where the name is taken */
export async function createPool(
  database: Database,
  { id, organizationId, name }: Pick<PoolRow, 'id' | 'organizationId' | 'name'>,
): Promise<PoolRow> {
  const [row] = await database.rows<RawRow>(
    `with created as (
       insert into pools (id, organization_id, name) values ($1, $2, $3) on conflict (id) do nothing returning *
     )
     select * from created
     union all select * from pools where id = $1 and organization_id = $2`,
    [id, organizationId, name],
  );
  if (row === undefined) {
    throw new Error('the pool was not created');
  }
  return toEntity<PoolRow>(row);
}

/** Null for `maxReservedSlots` takes the cap away. Gives null where there is no such pool. */
export async function capReservedSlots(
  database: Database,
  { organizationId, name, maxReservedSlots }: Pick<PoolRow, 'organizationId' | 'name' | 'maxReservedSlots'>,
): Promise<PoolRow | null> {
  const [row] = await database.rows<RawRow>(
    `with changed as (
       update pools set max_reserved_slots = $3 where organization_id = $1 and name = $2 returning *
     )
     select * from changed`,
    [organizationId, name, maxReservedSlots],
  );
  return row === undefined ? null : toEntity<PoolRow>(row);
}
