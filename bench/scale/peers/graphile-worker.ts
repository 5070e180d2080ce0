import { Logger, makeWorkerUtils } from 'graphile-worker';
import { Pool } from 'pg';
import type { Peer } from './peer.js';
import { QUEUE } from './queue.js';

/** A job that is completed is no longer there. */
export async function graphileWorker(connectionString: string): Promise<Peer> {
  const pool = new Pool({ connectionString, max: 1 });
  const utils = await makeWorkerUtils({
    connectionString,
    maxPoolSize: 10,
    logger: new Logger(() => () => undefined),
  });
  await utils.migrate();
  return {
    add: async () => (await utils.addJob(QUEUE, {})).id,
    completed: async (ids) => {
      const { rows } = await pool.query<{ id: string }>(
        `select id from unnest($1::bigint[]) as asked(id)
         where not exists (select from graphile_worker._private_jobs job where job.id = asked.id)`,
        [ids],
      );
      return rows.map(({ id }) => id);
    },
    close: async () => {
      await utils.release();
      await pool.end();
    },
  };
}
