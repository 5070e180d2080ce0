import { setTimeout as wait } from 'node:timers/promises';
import { claimTasks, type Assignment } from '@berth/persistence';
import { Client } from 'pg';
import { filledDatabase, type Filled } from './filled-database.js';
import { percentile } from './percentile.js';
import type { Table } from './table.js';

const FLEETS = [10, 1_000, 10_000];
const QUEUES = [1_000, 1_000_000];
const WORKSPACES = 1_000;
const IDLE_MS = 60_000;

/** Of 1 task and of 200. */
const LIMITS = [1, 200];

interface Measured {
  readonly fleet: number;
  readonly queue: number;
  readonly filled: Filled;
  readonly times: Map<number, number[]>;
}

/** How long a claim takes, by the size of the fleet and of the queue, and beside a transaction that somebody left open. */
export async function claims(serverUrl: string, rounds = 40): Promise<Table[]> {
  const all: Measured[] = [];
  for (const queue of QUEUES) {
    const queued = await filledDatabase(serverUrl, `queue_${queue}`);
    await queued.workspaces(WORKSPACES);
    await queued.pending(queue);
    // A database is copied only while nobody is connected to it.
    await queued.database.close();
    for (const fleet of FLEETS) {
      const filled = await queued.copy(serverUrl, `claims_${queue}_${fleet}`);
      // Of ten agents, as many slots as a claim of 200 takes.
      await filled.agents(1, fleet, fleet === 10 ? 20 : 10);
      all.push({ fleet, queue, filled, times: new Map(LIMITS.map((limit) => [limit, []])) });
      console.error(`claims: ${fleet} agents and ${queue} tasks are there`);
    }
  }
  // Round by round through all of them: a slow minute of the machine falls on each alike.
  for (let round = -3; round < rounds; round += 1) {
    for (const { filled, times } of all) {
      for (const limit of LIMITS) {
        const taken = await claimAndPutBack(filled, limit);
        if (round >= 0) {
          times.get(limit)?.push(taken);
        }
      }
    }
  }
  const medians = (measured: Measured): number[] =>
    LIMITS.map((limit) => percentile(measured.times.get(limit) ?? [], 0.5));
  const [first] = all.map(medians);
  const rows = all.map((measured) => [
    String(measured.fleet),
    String(measured.queue),
    ...medians(measured).flatMap((median, index) => [
      median.toFixed(1),
      (median / (first?.[index] ?? Number.NaN)).toFixed(2),
    ]),
  ]);
  await Promise.all(all.map(async ({ filled }) => filled.database.close()));
  const columns = ['agents', 'pending', ...LIMITS.flatMap((limit) => [`of ${limit}`, 'ratio'])];
  return [
    { title: 'Claim, ms median, and its ratio to the first row', columns, rows },
    await besideAnIdleTransaction(serverUrl),
  ];
}

async function claimAndPutBack(filled: Filled, limit: number): Promise<number> {
  const began = performance.now();
  const claimed = await claimTasks(filled.database, { limit, leaseSeconds: 300 });
  const taken = performance.now() - began;
  if (claimed.length !== limit) {
    throw new Error(`${claimed.length} of ${limit} tasks were claimed`);
  }
  await putBack(filled, claimed);
  // As autovacuum does where rows change all the time.
  await filled.atLength('vacuum tasks, slots, agent_rooms');
  return taken;
}

async function putBack(filled: Filled, claimed: readonly Assignment[]): Promise<void> {
  const ids = [claimed.map(({ taskId }) => taskId)];
  await filled.atLength(
    `with freed as (
       update slots set state = 'idle', task_id = null, attempt = null where task_id = any($1::uuid[])
     )
     update tasks set status = 'pending', agent_id = null, pod_name = null, slot_id = null where id = any($1::uuid[])`,
    ids,
  );
}

/** 100 tasks a second come and go while a transaction, as of somebody's psql, keeps every dead row of them in place. */
async function besideAnIdleTransaction(serverUrl: string): Promise<Table> {
  const rows: string[][] = [];
  for (const isIdle of [false, true]) {
    const filled = await filledDatabase(serverUrl, `claims_idle_${String(isIdle)}`);
    await filled.workspaces(WORKSPACES);
    await filled.pending(20_000);
    await filled.agents(1, 1_000, 10);
    const idle = new Client({ connectionString: filled.url });
    await idle.connect();
    if (isIdle) {
      await idle.query('begin isolation level repeatable read');
      await idle.query('select count(*) from agents');
    }
    const times: number[] = [];
    const begin = performance.now();
    for (let n = 0; performance.now() - begin < IDLE_MS; n += 1) {
      await wait(Math.max(0, begin + n * 100 - performance.now()));
      const began = performance.now();
      const claimed = await claimTasks(filled.database, { limit: 10, leaseSeconds: 300 });
      if (performance.now() - begin > IDLE_MS - 10_000) {
        times.push(performance.now() - began);
      }
      await filled.database.rows(
        `with freed as (update slots set state = 'idle', task_id = null, attempt = null where task_id = any($1::uuid[]))
         update tasks set status = 'succeeded', finished_at = now(), lease_until = null where id = any($1::uuid[])`,
        [claimed.map(({ taskId }) => taskId)],
      );
    }
    await idle.end();
    await filled.database.close();
    rows.push([
      isIdle ? 'left open for 60 s' : 'none',
      percentile(times, 0.5).toFixed(1),
      percentile(times, 0.95).toFixed(1),
    ]);
    console.error(`claims beside a transaction: ${rows.at(-1)?.join(' | ') ?? ''}`);
  }
  return {
    title:
      'Claim of 10 with 1,000 agents and 20,000 pending, while 100 tasks a second end, ms in the last 10 s of a minute',
    columns: ['transaction', 'median', 'p95'],
    rows,
  };
}
