import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WaitingCode } from '@berth/domain';
import { LoopWatch, Metrics } from '@berth/observability';
import {
  ALL_SLOTS,
  claimTasks,
  countAllSlots,
  countFleet,
  countQueue,
  countReservations,
  FLEET,
  giveLeaseBack,
  QUEUE_GROUPS,
  RESERVATIONS,
  takeLease,
} from '@berth/persistence';
import { SystemGauges } from '../../apps/scheduler/src/system-gauges.js';
import { SystemWatchLoop } from '../../apps/scheduler/src/system-watch.loop.js';
import { BuildFleet } from '../support/build-fleet.js';
import { Fleet } from '../support/fleet.js';
import { planNodes } from '../support/query-plan.js';
import { quietly } from '../support/quiet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';
import { waitFor } from '../support/wait-for.js';

describe('what is told of the whole system', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  beforeEach(async () => {
    await db.database.rows('delete from tasks');
    await db.database.rows('delete from agents');
    await db.database.rows('delete from leases');
  });

  afterAll(async () => {
    await db.drop();
  });

  const { claimDue, noAgent, behindTask, retryLater, notAccepted, noIdleSlot, needsAttention } = WaitingCode;

  async function reasons(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { reason, count } of await countQueue(db.database)) {
      counts[reason] = (counts[reason] ?? 0) + count;
    }
    return counts;
  }

  it('counts what waits by the reason that the API gives for each', async () => {
    const workspaces = await Promise.all(Array.from({ length: 4 }, async () => fleet.workspace()));
    const [one = '', two = '', three = '', four = ''] = workspaces;
    await fleet.task(one, 'plan_and_apply');
    await fleet.task(one, 'plan_and_apply');
    await fleet.task(one, 'plan_and_apply');
    const later = await fleet.task(two, 'plan');
    await db.database.rows("update tasks set run_after = now() + interval '1 hour' where id = $1", [
      later.id,
    ]);
    await fleet.task(three, 'plan_and_apply');
    await fleet.task(three, 'plan_and_apply');
    await db.database.rows('update workspaces set needs_attention = true where id = $1', [three]);
    expect(await reasons()).toEqual({ [noAgent]: 2, [behindTask]: 2, [retryLater]: 1, [needsAttention]: 1 });

    await fleet.agent('a', 1);
    expect(await reasons()).toMatchObject({ [claimDue]: 2 });

    await claimTasks(db.database, { limit: 10, leaseSeconds: 30 });
    await fleet.task(four, 'plan');
    expect(await reasons()).toMatchObject({ [notAccepted]: 1, [noIdleSlot]: 2 });
  });

  it('says how long the oldest of each has waited', async () => {
    const workspace = await fleet.workspace();
    const task = await fleet.task(workspace, 'plan');
    await fleet.task(workspace, 'plan');
    await db.database.rows("update tasks set runnable_at = now() - interval '100 seconds' where id = $1", [
      task.id,
    ]);
    const [group] = await countQueue(db.database);
    expect(group).toMatchObject({ poolId: fleet.poolId, platform: null, count: 2 });
    expect(group?.oldestSeconds).toBeGreaterThan(99);
    expect(group?.oldestSeconds).toBeLessThan(160);
  });

  it('counts agents, workers and slots that are here, and forgets who went long ago', async () => {
    await fleet.agent('here', 3);
    await fleet.agent('went', 2);
    await fleet.agent('went long ago', 2);
    await new BuildFleet(db.database, fleet.organizationId).worker('worker-1', { atOnce: 2 });
    await db.database.rows("update slots set state = 'lost' where agent_id like 'went%'");
    await db.database.rows("update agents set status = 'lost', updated_at = now() where id like 'went%'");
    await db.database.rows("update agents set updated_at = now() - interval '3 days' where id like '%ago'");
    await db.database.rows(
      "update agents set unwell_since = now(), unwell_until = now(), unwell_reason = 'ill' where kind = 'agent'",
    );
    const agents = await countFleet(db.database);
    const slots = await countAllSlots(db.database);

    const here = { poolId: fleet.poolId, kind: 'agent', state: 'alive', count: 1, unwell: 0 };
    expect(agents).toHaveLength(3);
    expect(agents).toContainEqual({ ...here, unwell: 1 });
    expect(agents).toContainEqual({ ...here, state: 'lost' });
    expect(agents).toContainEqual(expect.objectContaining({ kind: 'worker', state: 'alive', count: 1 }));
    expect(slots).toContainEqual({ poolId: fleet.poolId, state: 'idle', count: 3 });
    expect(slots).toContainEqual({ poolId: fleet.poolId, state: 'lost', count: 2 });
  });

  it('counts reservations by their age', async () => {
    await fleet.agent('a', 3);
    const task = await fleet.task(await fleet.workspace(), 'plan');
    const reserve = async (slotId: number, age: string): Promise<void> => {
      await db.database.rows(
        `update slots set state = 'reserved', task_id = case slot_id when 1 then $1::uuid else gen_random_uuid() end,
           attempt = 1, reserved_until = now() + interval '1 day', updated_at = now() - $3::interval where slot_id = $2`,
        [task.id, slotId, age],
      );
    };
    await reserve(1, '1 minute');
    await reserve(2, '2 hours');
    await reserve(3, '3 days');
    const counts = await countReservations(db.database);
    expect(Object.fromEntries(counts.map(({ age, count }) => [age, count]))).toEqual({
      '5m': 1,
      '8h': 1,
      older: 1,
    });
  });

  it('lets one have a lease until it gives it back or does not renew it', async () => {
    const [a, b] = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'] as const;
    expect(await takeLease(db.database, 'x', a, 60)).toBe(true);
    expect(await takeLease(db.database, 'x', b, 60)).toBe(false);
    expect(await takeLease(db.database, 'x', a, 60)).toBe(true);
    await giveLeaseBack(db.database, 'x', b);
    expect(await takeLease(db.database, 'x', b, 60)).toBe(false);
    await giveLeaseBack(db.database, 'x', a);
    expect(await takeLease(db.database, 'x', b, 0)).toBe(true);
    expect(await takeLease(db.database, 'x', a, 60)).toBe(true);
  });

  it('is told by one scheduler, and by the other when that one stops', async () => {
    const first = watcher();
    const second = watcher();
    first.loop.start();
    await waitFor('the first to tell', async () => (await first.told()).includes('pool="default"'));
    second.loop.start();
    await waitFor('the second to have looked', async () =>
      (await second.told()).includes(
        'berth_loop_runs_total{loop="system_watch",outcome="ok",service="test"} 1',
      ),
    );
    expect(await second.told()).not.toMatch(/^berth_(queue|slots|dead_letters|agents|build)\w*(\{.*)? \d/m);
    expect(await second.told()).toContain('berth_system_watch{service="test"} 0');
    expect(await first.told()).toMatch(/^berth_dead_letters_open\{.*\} 0$/m);

    await first.loop.stop();
    expect(await first.told()).not.toMatch(/^berth_(queue|slots|dead_letters|agents|build)\w*(\{.*)? \d/m);
    await waitFor('the second to tell', async () => (await second.told()).includes('pool="default"'));
    await second.loop.stop();
  });

  function watcher(): { loop: SystemWatchLoop; told: () => Promise<string> } {
    const { logger } = quietly();
    const metrics = new Metrics('test');
    const gauges = new SystemGauges(db.database, metrics);
    const loop = new SystemWatchLoop(db.database, gauges, logger, new LoopWatch(metrics, logger), metrics);
    return { loop, told: async () => metrics.registry.metrics() };
  }
});

describe('what is counted of a database that has grown', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterAll(async () => {
    await db.drop();
  });

  it('reads what waits and who is here by index, and never all that ever were', async () => {
    await db.database.rows(
      `insert into tasks (organization_id, kind, pool_id, phase, writing, lane_head, status, finished_at)
       select $1, 'build', $2, 'build', false, true, 'succeeded', now() from generate_series(1, 50000)`,
      [fleet.organizationId, fleet.poolId],
    );
    await db.database.rows(
      `with s as (insert into agent_sessions (organization_id, pool_id, agent_id, pod_name, slots, concurrency, version)
         values ($1, $2, 'x', 'x', 1, 1, 'x') returning id),
       a as (insert into agents (id, organization_id, pool_id, pod_name, session_id, status, slots, concurrency, version, updated_at)
         select 'gone-' || n, $1, $2, 'x', s.id, 'lost', 1, 1, 'x', now() - interval '30 days' from s, generate_series(1, 20000) n
         returning id)
       insert into slots (agent_id, slot_id, organization_id, pool_id, pod_name, state)
       select id, 1, $1, $2, 'x', 'lost' from a`,
      [fleet.organizationId, fleet.poolId],
    );
    await fleet.agent('a', 3);
    await fleet.task(await fleet.workspace(), 'plan');
    await db.database.rows('analyze tasks, agents, slots');

    for (const statement of [QUEUE_GROUPS.text, FLEET, ALL_SLOTS, RESERVATIONS]) {
      const read = (await planNodes(db.database, statement)).filter(
        (node) => node['Node Type'] === 'Seq Scan',
      );
      const large = ['tasks', 'agents', 'slots'];
      expect(read.filter((node) => large.includes(node['Relation Name'] ?? ''))).toEqual([]);
    }
  });
});
