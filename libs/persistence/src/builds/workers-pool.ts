import type { Sql } from '../database.js';

/** The pool in which builds of platforms wait and workers stand. */
const WORKERS_POOL = 'build-workers';

/** Its id; the organization's first worker or build makes it. */
export async function workersPool(sql: Sql, organizationId: string): Promise<string> {
  await sql.rows('insert into pools (organization_id, name) values ($1, $2) on conflict do nothing', [
    organizationId,
    WORKERS_POOL,
  ]);
  const [pool] = await sql.rows<{ id: string }>(
    'select id from pools where organization_id = $1 and name = $2',
    [organizationId, WORKERS_POOL],
  );
  if (pool === undefined) {
    throw new Error(`organization ${organizationId} has no pool ${WORKERS_POOL}`);
  }
  return pool.id;
}
