import { BULK_MS, SIMPLE_MS, type Database } from '../database.js';
import { eachAlone, type ItemFailed } from '../each-alone.js';

/** What the rows of the agents and their slots say, beside what is kept of it for the claim. */
const COUNTED = `
  select a.id, a.pool_id, a.status = 'alive' and a.kind = 'agent' as open, a.concurrency,
    count(*) filter (where s.state = 'running')::int as running, count(*) filter (where s.state = 'idle')::int as idle,
    count(*) filter (where s.state = 'reserved')::int as reserved
  from agents a left join slots s on s.agent_id = a.id`;

/**
 * Counts the room of every agent again. Triggers keep it in the transactions that move slots, so there is nothing to mend
 * unless somebody has gone round them: an agent that is taken for full would get no more work. Gives how many were wrong.
 */
export async function mendRooms(database: Database, limit: number, failed: ItemFailed): Promise<number> {
  const drifted = await database.transaction(BULK_MS, async (sql) =>
    sql.rows<{ id: string }>(
      `with counted as (${COUNTED} group by a.id)
       select c.id from counted c left join agent_rooms r on r.agent_id = c.id
       where (c.pool_id, c.open, c.concurrency, c.running, c.idle, c.reserved)
         is distinct from (r.pool_id, r.open, r.concurrency, r.running, r.idle, r.reserved)
       limit $1`,
      [limit],
    ),
  );
  return eachAlone(database, drifted, {
    name: ({ id }) => `the room of agent ${id}`,
    failed,
    work: async ({ id }) => mendRoom(database, id),
  });
}

/** Who has moved a slot and not committed yet adds what it changes behind this: it waits for the row. */
async function mendRoom(database: Database, agentId: string): Promise<boolean> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    await sql.rows('select 1 from agent_rooms where agent_id = $1 for update', [agentId]);
    const mended = await sql.rows(
      `with counted as (${COUNTED} where a.id = $1 group by a.id), mended as (
         insert into agent_rooms as r (agent_id, pool_id, open, concurrency, running, idle, reserved) select * from counted
         on conflict (agent_id) do update set pool_id = excluded.pool_id, open = excluded.open,
           concurrency = excluded.concurrency, running = excluded.running, idle = excluded.idle, reserved = excluded.reserved
         where (r.pool_id, r.open, r.concurrency, r.running, r.idle, r.reserved)
           is distinct from (excluded.pool_id, excluded.open, excluded.concurrency, excluded.running, excluded.idle, excluded.reserved)
         returning 1
       )
       select 1 from mended`,
      [agentId],
    );
    return mended.length === 1;
  });
}
