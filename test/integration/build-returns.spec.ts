import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  abandonBuild,
  claimForWorker,
  expiredAssignments,
  extendLease,
  loseAgents,
  noteBuildSign,
  readLog,
  recoverSilentBuilds,
  silentAgents,
  unregisterWorker,
} from '@berth/persistence';
import { BuildFleet } from '../support/build-fleet.js';
import { Fleet, noneFails, RETRY } from '../support/fleet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const LEASE = 300;
const plain = (content: Buffer): Buffer => content;

/** Builds that come back from workers, and what each return costs. */
describe('a build that was taken', () => {
  let db: TestDatabase;
  let builds: BuildFleet;

  beforeAll(async () => {
    db = await testDatabase();
    const fleet = await Fleet.in(db.database);
    builds = new BuildFleet(db.database, fleet.organizationId);
  });

  afterEach(async () => {
    await db.database.rows('truncate agents, slots, agent_heartbeats, tasks, dead_letters cascade');
  });

  afterAll(async () => {
    await db.drop();
  });

  const poll = async (agentId: string) =>
    claimForWorker(db.database, agentId, { leaseSeconds: LEASE, tokenHash: randomBytes(32) });
  const pass = async (seconds: number): Promise<void> => {
    await db.database.rows(
      `update tasks set lease_until = lease_until - $1::int * interval '1 second',
         assigned_at = assigned_at - $1::int * interval '1 second', run_after = run_after - $1::int * interval '1 second'`,
      [seconds],
    );
  };
  const row = async (id: string) => {
    const [task] = await db.database.rows<{
      status: string;
      retries: number;
      error: string | null;
      wait: number;
    }>(
      `select status, retries, error ->> 'message' as error,
         greatest(0, extract(epoch from run_after - now()))::float8 as wait from tasks where id = $1`,
      [id],
    );
    return task;
  };
  const logOf = async (id: string) =>
    (await readLog(db.database, { taskId: id, phase: 'build', offset: 0, limit: 1_000_000 }, plain)).content
      .toString()
      .replaceAll(/^\S+ /gm, '');

  it('and never begun comes back at a retry’s cost, and fails when they are used up', async () => {
    const { id } = await builds.build('ios', { maxRetries: 2 });
    await builds.worker('a');
    for (const retries of [1, 2]) {
      await poll('a');
      await pass(LEASE - 1);
      expect(await recoverSilentBuilds(db.database, 10, RETRY, noneFails)).toBe(0);
      await pass(2);
      expect(await expiredAssignments(db.database, 10)).toEqual([]);
      expect(await recoverSilentBuilds(db.database, 10, RETRY, noneFails)).toBe(1);
      expect(await row(id)).toMatchObject({ status: 'pending', retries });
      await pass(1_000);
    }
    await poll('a');
    await pass(LEASE + 1);
    expect(await recoverSilentBuilds(db.database, 10, RETRY, noneFails)).toBe(1);
    expect(await row(id)).toMatchObject({ status: 'failed', error: expect.stringContaining('never begun') });
    expect(await db.database.rows('select 1 from dead_letters where task_id = $1', [id])).toHaveLength(1);
    const log = await logOf(id);
    expect(log.match(/Given back to the queue: .*never begun/g)).toHaveLength(2);
    expect(log).toMatch(/error Build failed: .*never begun/);
  });

  it('is not kept for ever by a worker that only asks again', async () => {
    const { id } = await builds.build();
    await builds.worker('a');
    for (let n = 0; n < 6; n += 1) {
      expect((await poll('a'))?.taskId).toBe(id);
      await pass(LEASE / 2);
      await recoverSilentBuilds(db.database, 10, RETRY, noneFails);
      if ((await row(id))?.status === 'pending') {
        break;
      }
    }
    expect(await row(id)).toMatchObject({ status: 'pending', retries: 1 });
  });

  it('stays with a worker that fetches its files', async () => {
    const { id } = await builds.build();
    await builds.worker('a');
    await poll('a');
    for (let n = 0; n < 5; n += 1) {
      await pass(LEASE - 10);
      await extendLease(db.database, { taskId: id, agentId: 'a' }, LEASE);
      expect(await recoverSilentBuilds(db.database, 10, RETRY, noneFails)).toBe(0);
    }
    expect(await row(id)).toMatchObject({ status: 'assigned', retries: 0 });
  });

  it('comes back at a retry’s cost where its worker is lost before it began', async () => {
    const { id } = await builds.build('ios', { maxRetries: 1 });
    await builds.worker('a');
    const limits = {
      kind: 'worker',
      suspectAfterMs: 1_000,
      lostAfterMs: 1_000,
      massLostAfterMs: 1_000,
    } as const;
    for (const expected of ['pending', 'failed']) {
      await poll('a');
      await db.database.rows("update agent_heartbeats set at = at - interval '1 hour'");
      await loseAgents(db.database, await silentAgents(db.database, limits, []), limits, RETRY, noneFails);
      expect((await row(id))?.status).toBe(expected);
      await db.database.rows('update agent_heartbeats set at = now()');
      await pass(1_000);
    }
  });

  it.each(['assigned', 'running'])(
    'costs no retry where its worker gives it up politely, %s',
    async (status) => {
      const { id } = await builds.build('ios', { maxRetries: 1 });
      await builds.worker('a');
      const waits: number[] = [];
      for (let n = 0; n < 14; n += 1) {
        await poll('a');
        if (status === 'running') {
          await noteBuildSign(db.database, { taskId: id, agentId: 'a' }, { silentSeconds: 600 });
        }
        await abandonBuild(db.database, { taskId: id, agentId: 'a', reason: 'no disk' });
        expect(await row(id)).toMatchObject({ status: 'pending', retries: 0 });
        waits.push(Math.round((await row(id))?.wait ?? 0));
        await pass(1_000);
      }
      // At once for whoever asks next; who all give it up wait longer and longer.
      expect(waits.slice(0, 10)).toEqual(Array<number>(10).fill(0));
      expect(waits.slice(10)).toEqual([5, 10, 20, 40]);
    },
  );

  it('costs no retry where its worker leaves in order', async () => {
    const { id } = await builds.build();
    await builds.worker('a');
    await poll('a');
    await noteBuildSign(db.database, { taskId: id, agentId: 'a' }, { silentSeconds: 600 });
    expect(await unregisterWorker(db.database, 'a')).toBe(1);
    expect(await row(id)).toMatchObject({ status: 'pending', retries: 0 });
    expect(await logOf(id)).toMatch(/warn {2}Given back to the queue: worker worker a unregistered/);
  });
});
