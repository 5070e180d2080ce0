// The worker of a peer, alone in its process: worker-process.js <peer> <database url> <how many jobs at once>
import { setTimeout as wait } from 'node:timers/promises';
import { Logger, run } from 'graphile-worker';
import PgBoss from 'pg-boss';
import { QUEUE } from './queue.js';

const [peer = '', connectionString = '', atOnce = ''] = process.argv.slice(2);
const concurrency = Number(atOnce);
const IDLE_MS = 5;

/** As its manual starts it, told of new jobs by the database. Each completion is a statement of its own. */
async function graphileWorker(more: object): Promise<void> {
  await run({
    connectionString,
    concurrency,
    maxPoolSize: concurrency,
    logger: new Logger(() => () => undefined),
    taskList: { [QUEUE]: () => undefined },
    preset: { worker: more },
  });
}

/** Its own worker pauses for half a second at least where it finds nothing more, which would be all that is measured. */
async function pgBoss(): Promise<void> {
  const boss = new PgBoss({ connectionString, max: 10, supervise: false, schedule: false });
  await boss.start();
  void (async () => {
    for (;;) {
      const jobs = await boss.fetch(QUEUE, { batchSize: concurrency });
      if (jobs.length > 0) {
        const ids = jobs.map(({ id }) => id);
        await boss.complete(QUEUE, ids);
      } else {
        await wait(IDLE_MS);
      }
    }
  })();
}

const PEERS: Readonly<Record<string, () => Promise<void>>> = {
  'graphile-worker': async () => graphileWorker({}),
  'graphile-worker-batches': async () =>
    graphileWorker({ localQueue: { size: concurrency }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }),
  'pg-boss': pgBoss,
};

// Whoever started it has gone, in whichever way.
process.once('disconnect', () => {
  process.exit(1);
});
await PEERS[peer]?.();
process.send?.('ready');
