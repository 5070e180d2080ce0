import { Pool } from 'pg';
import PgBoss from 'pg-boss';
import type { Peer } from './peer.js';
import { QUEUE } from './queue.js';

/** A job that is completed says so. */
export async function pgBoss(connectionString: string): Promise<Peer> {
  const pool = new Pool({ connectionString, max: 1 });
  const boss = new PgBoss({ connectionString, max: 10, supervise: false, schedule: false });
  await boss.start();
  await boss.createQueue(QUEUE);
  return {
    add: async () => {
      const id = await boss.send(QUEUE, {});
      if (id === null) {
        throw new Error('pg-boss has not taken a job');
      }
      return id;
    },
    completed: async (ids) => {
      const { rows } = await pool.query<{ id: string }>(
        `select id from pgboss.job where name = $1 and id = any($2::uuid[]) and state = 'completed'`,
        [QUEUE, ids],
      );
      return rows.map(({ id }) => id);
    },
    close: async () => {
      await boss.stop({ graceful: false });
      await pool.end();
    },
  };
}
