import type { DemandedIsolation } from '@berth/domain';
import type { Database } from '../database.js';
import type { PoolRow } from '../entities/index.js';
import { toEntity, type RawRow } from '../rows.js';
import { ISOLATED_ENOUGH } from './isolated-enough.js';

/** Under the same id it is created once, however often it is asked for. @throws UniqueViolation where the name is taken */
export async function createPool(
  database: Database,
  {
    id,
    organizationId,
    name,
    runIsolation = null,
  }: Pick<PoolRow, 'id' | 'organizationId' | 'name'> & Pick<PoolChange, 'runIsolation'>,
): Promise<PoolRow> {
  const [row] = await database.rows<RawRow>(
    `with created as (
       insert into pools (id, organization_id, name, run_isolation) values ($1, $2, $3, $4)
       on conflict (id) do nothing returning *
     )
     select * from created
     union all select * from pools where id = $1 and organization_id = $2`,
    [id, organizationId, name, runIsolation],
  );
  if (row === undefined) {
    throw new Error('the pool was not created');
  }
  return toEntity<PoolRow>(row);
}

export interface PoolChange {
  readonly organizationId: string;
  readonly name: string;
  /** Null takes the cap away; undefined leaves it. */
  readonly maxReservedSlots?: number | null | undefined;
  /** Null demands nothing; undefined leaves what is demanded. */
  readonly runIsolation?: DemandedIsolation | null | undefined;
}

/** Gives null where there is no such pool. */
export async function changePool(
  database: Database,
  { organizationId, name, maxReservedSlots, runIsolation }: PoolChange,
): Promise<PoolRow | null> {
  const [row] = await database.rows<RawRow>(
    `with changed as (
       update pools set max_reserved_slots = case when $3 then $4::int else max_reserved_slots end,
         run_isolation = case when $5 then $6::text else run_isolation end
       where organization_id = $1 and name = $2 returning *
     )
     select * from changed`,
    [
      organizationId,
      name,
      maxReservedSlots !== undefined,
      maxReservedSlots ?? null,
      runIsolation !== undefined,
      runIsolation ?? null,
    ],
  );
  return row === undefined ? null : toEntity<PoolRow>(row);
}

/**
 * The agents of a pool that keep runs less apart than it demands: they are claimed for no more, and what waits in their
 * slots for people would wait for ever. Gives their ids.
 */
export async function weakAgents(database: Database, poolId: string): Promise<string[]> {
  const agents = await database.rows<{ id: string }>(
    `select a.id from agents a
     where a.pool_id = $1 and a.kind = 'agent' and a.status in ('alive', 'suspect') and not ${ISOLATED_ENOUGH}
     order by a.id`,
    [poolId],
  );
  return agents.map(({ id }) => id);
}
