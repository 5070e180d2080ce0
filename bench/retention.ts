// What claims feel while 100,000 old tasks with their timelines, logs and plans are removed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';
import { claimTasks, endedTasks, type Database, type Place } from '@berth/persistence';
import { startPrivatePostgres } from '@berth/private-servers';
import { Fleet } from '../test/support/fleet.js';
import { connect } from '../test/support/servers.js';

const { values } = parseArgs({ options: { tasks: { type: 'string', default: '100000' } } });
const TASKS = Number(values.tasks);
const WORKSPACES = 500;
const DAYS = 180;
const BATCH = 200;
const EVENTS = 10;
const CHUNKS = 5;
/** In each turn so many tasks are queued, claimed and ended. */
const LOAD = 20;
const TURNS = 200;

const home = await mkdtemp(join(tmpdir(), 'berth-bench-retention-'));
const postgres = await startPrivatePostgres({
  dataDir: join(home, 'postgres'),
  settings: { shared_buffers: '512MB', max_wal_size: '4GB' },
});
const database = await connect(postgres.url, 10);
try {
  const fleet = await Fleet.in(database);
  await fleet.agent('a', 50);
  await fill(database, fleet);
  console.log(`| claim of ${LOAD} | median ms | p95 ms | max ms | turns |`);
  console.log('| --- | --- | --- | --- | --- |');
  await load(database, fleet, (turns) => TURNS - turns);
  row('by itself', await load(database, fleet, (turns) => TURNS - turns));
  const removal = remove();
  row('beside the removal', await load(database, fleet, () => (removal.goesOn ? 1 : 0)));
  const { removed, seconds } = await removal.done;
  console.log(
    `\n${removed} tasks removed in ${seconds.toFixed(0)} s: ${Math.round(removed / seconds)} a second`,
  );
} finally {
  await database.close();
  await postgres.stop();
  await rm(home, { recursive: true, force: true });
}

/** As the api's loop does it: a batch, then a pause as long as that took. */
function remove(): { goesOn: boolean; done: Promise<{ removed: number; seconds: number }> } {
  const sweep = endedTasks(DAYS);
  const work = async (): Promise<{ removed: number; seconds: number }> => {
    const began = performance.now();
    let [after, removed]: [Place | null, number] = [null, 0];
    do {
      const from = performance.now();
      const swept = await sweep.batch(database, { after, limit: BATCH }, (item, error) => {
        throw new Error(item, { cause: error });
      });
      removed += swept.removed;
      after = swept.next;
      await wait(performance.now() - from);
    } while (after !== null);
    return { removed, seconds: (performance.now() - began) / 1_000 };
  };
  const removal = {
    goesOn: true,
    done: work().finally(() => {
      removal.goesOn = false;
    }),
  };
  return removal;
}

/** Ended half a year ago and before. */
async function fill(database: Database, fleet: Fleet): Promise<void> {
  const perWorkspace = TASKS / WORKSPACES;
  for (let n = 0; n < WORKSPACES; n += 1) {
    const workspaceId = await fleet.workspace();
    await database.rows(
      `with made as (
         insert into tasks (organization_id, kind, operation, workspace_id, pool_id, status, phase, writing, lane_head,
           created_at, finished_at)
         select $1, 'terraform', 'plan', $2, $3, 'succeeded', 'plan', false, true, at, at
         from generate_series(1, $4) n, lateral (select now() - interval '181 days' - n * interval '1 hour' as at) x
         returning id, organization_id
       ), told as (
         insert into task_events (organization_id, task_id, event, attempt, actor, message)
         select organization_id, id, 'progress', 1, 'agent:a', repeat('x', 100) from made, generate_series(1, ${EVENTS})
       ), planned as (
         insert into plans (task_id, organization_id, attempt, hash, size_bytes, sealed_file, document)
         select id, organization_id, 1, 'x', 1, decode(repeat('ab', 3000), 'hex'), '{}' from made
       )
       insert into task_logs (task_id, organization_id, phase, attempt, size_bytes)
       select id, organization_id, 'plan', 1, 1 from made`,
      [fleet.organizationId, workspaceId, fleet.poolId, perWorkspace],
    );
  }
  for (let n = 0; n < CHUNKS; n += 1) {
    await database.dataSource.query(
      `insert into task_log_chunks (task_id, phase, start_offset, organization_id, content)
       select task_id, phase, ${n}, organization_id, convert_to(repeat('y', 500), 'UTF8') from task_logs`,
    );
  }
  await database.rows('analyze');
}

/** Until `left` gives nothing more. Gives how long each claim took, in milliseconds. */
async function load(database: Database, fleet: Fleet, left: (turns: number) => number): Promise<number[]> {
  const workspaceId = await fleet.workspace();
  const took: number[] = [];
  while (left(took.length) > 0) {
    for (let n = 0; n < LOAD; n += 1) {
      await fleet.task(workspaceId);
    }
    await database.rows('update tasks set runnable_at = now(), fair_at = now() where status = $1', [
      'pending',
    ]);
    const began = performance.now();
    const claimed = await claimTasks(database, { limit: LOAD, leaseSeconds: 60 });
    took.push(performance.now() - began);
    const ids = claimed.map(({ taskId }) => taskId);
    await database.rows(
      `with freed as (
         update slots set state = 'idle', task_id = null, attempt = null where task_id = any($1::uuid[])
       )
       update tasks set status = 'cancelled', finished_at = now() where id = any($1::uuid[])`,
      [ids],
    );
  }
  return took;
}

function row(what: string, took: readonly number[]): void {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
  console.log(`| ${what} | ${at(0.5)} | ${at(0.95)} | ${at(1)} | ${took.length} |`);
}
