// How long a poll takes while many workers ask for builds and many builds wait, and whether each is given once.
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BuildClient, type Worker } from '../test/support/build-client.js';
import { startBuildPlatform } from './build-platform.js';

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '200' },
    builds: { type: 'string', default: '5000' },
    /** Of each worker, in polls a second. */
    rate: { type: 'string', default: '1' },
    /** For how long a worker is at each build, in seconds; it polls on meanwhile. */
    hold: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '60' },
  },
});
const WORKERS = Number(values.workers);
const BUILDS = Number(values.builds);
const EVERY_MS = 1_000 / Number(values.rate);
const HOLD_MS = Number(values.hold) * 1_000;
const LAST_MS = Number(values.seconds) * 1_000;
const SUBMITS_AT_ONCE = 16;

const polls: number[] = [];
const given = new Map<string, number>();
const errors: string[] = [];

async function submit(client: BuildClient): Promise<void> {
  const source = Buffer.from('source');
  let left = BUILDS;
  await Promise.all(
    Array.from({ length: SUBMITS_AT_ONCE }, async () => {
      while (left > 0) {
        left -= 1;
        await client.submit(source, left % 2 === 0 ? 'ios' : 'android');
      }
    }),
  );
}

/** Asks at its rate, begins what it is given, and ends it some time later. */
async function work(worker: Worker, begin: number, ended: () => boolean): Promise<void> {
  let held: { readonly id: string; readonly until: number } | null = null;
  for (let due = begin; !ended(); due += EVERY_MS) {
    await wait(Math.max(0, due - performance.now()));
    const began = performance.now();
    try {
      const job = (await worker.poll()) as { id: string } | null;
      polls.push(performance.now() - began);
      if (job !== null) {
        given.set(job.id, (given.get(job.id) ?? 0) + 1);
        await worker.expect('POST', `/api/builds/${job.id}/heartbeat`, {});
        held = { id: job.id, until: performance.now() + HOLD_MS * (0.5 + Math.random()) };
      }
      if (held !== null && performance.now() >= held.until) {
        await worker.expect('POST', '/api/workers/fail', { build_id: held.id, error: 'benchmark' });
        held = null;
      }
    } catch (error) {
      errors.push(String(error));
    }
  }
}

const at = (sorted: readonly number[], share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);

const platform = await startBuildPlatform();
try {
  const client = new BuildClient(platform.apiUrl, platform.apiKey);
  console.log(`submitting ${BUILDS} builds`);
  const submitting = performance.now();
  await submit(client);
  console.log(
    `submitted in ${((performance.now() - submitting) / 1_000).toFixed(1)} s; registering ${WORKERS} workers`,
  );
  const workers: Worker[] = [];
  for (let n = 0; n < WORKERS; n += 1) {
    workers.push(await client.worker(`bench-${n}`));
  }
  const begin = performance.now();
  const ended = () => performance.now() - begin > LAST_MS || given.size >= BUILDS || errors.length > 100;
  const telling = setInterval(() => {
    console.log(
      `${((performance.now() - begin) / 1_000).toFixed(0).padStart(5)} s  ${given.size} builds given`,
    );
  }, 5_000);
  await Promise.all(workers.map(async (worker, n) => work(worker, begin + (n * EVERY_MS) / WORKERS, ended)));
  clearInterval(telling);
  const seconds = (performance.now() - begin) / 1_000;
  const [claims] = await platform.database.rows<{ claims: number; doubles: number }>(
    `select count(*)::int as claims, count(*)::int - count(distinct (task_id))::int as doubles
     from task_events where event = 'claim'`,
  );
  const sorted = polls.sort((a, b) => a - b);
  const doubles = [...given.values()].filter((times) => times > 1).length;
  console.log(
    `${WORKERS} workers at ${values.rate} Hz, ${BUILDS} builds queued, each held for some ${values.hold} s: ` +
      `${seconds.toFixed(1)} s, ${(polls.length / seconds).toFixed(0)} polls/s, ${given.size} builds given\n` +
      `poll: median ${at(sorted, 0.5)} ms, p95 ${at(sorted, 0.95)} ms, p99 ${at(sorted, 0.99)} ms, most ${at(sorted, 1)} ms\n` +
      `errors ${errors.length}, given twice ${doubles}, claims ${claims?.claims ?? 0}, claimed twice ${claims?.doubles ?? 0}`,
  );
  for (const error of errors.slice(0, 5)) {
    console.log(error);
  }
  process.exitCode = errors.length + doubles === 0 ? 0 : 1;
} finally {
  await platform.stop();
}
