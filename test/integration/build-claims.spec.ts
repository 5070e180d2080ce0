import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CLAIMABLE_BUILD,
  claimForWorker,
  claimTasks,
  drainAgent,
  endBuild,
  loseAgents,
  noteBuildSign,
  recoverSilentBuilds,
  registerWorker,
  resumeAgent,
  silentAgents,
  stopTask,
} from '@berth/persistence';
import { BuildFleet } from '../support/build-fleet.js';
import { Fleet, noneFails, RETRY } from '../support/fleet.js';
import { connect, testDatabase, type TestDatabase } from '../support/servers.js';

/** As a poll does it, with a token of its own each time. */
const claimed = (): { leaseSeconds: number; tokenHash: Buffer } => ({
  leaseSeconds: 30,
  tokenHash: randomBytes(32),
});
const SILENCE = { silentSeconds: 600 };

describe('builds and the workers that ask for them', () => {
  let db: TestDatabase;
  let fleet: Fleet;
  let builds: BuildFleet;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
    builds = new BuildFleet(db.database, fleet.organizationId);
  });

  afterEach(async () => {
    await db.database.rows(
      'truncate agents, slots, agent_heartbeats, tasks, workspaces, dead_letters cascade',
    );
  });

  afterAll(async () => {
    await db.drop();
  });

  it('are not given to a worker that an admin drains, also when it was lost meanwhile, until it is resumed', async () => {
    const { organizationId } = fleet;
    const wish = { organizationId, agentId: 'a' };
    const { id } = await builds.build();
    await builds.worker('a');
    await drainAgent(db.database, { ...wish, actor: 'key:test' });
    expect(await claimForWorker(db.database, 'a', claimed())).toBeNull();
    await db.database.rows("update agents set status = 'lost'");
    expect(await claimForWorker(db.database, 'a', claimed())).toBeNull();
    expect(await db.database.rows('select status from agents')).toEqual([{ status: 'draining' }]);
    await resumeAgent(db.database, wish);
    expect(await claimForWorker(db.database, 'a', claimed())).toMatchObject({ taskId: id });
    expect(await db.database.rows('select status from agents')).toEqual([{ status: 'alive' }]);
  });

  it('come in the order of priority and age, from all platforms of the worker', async () => {
    const queued = [
      await builds.build('android'),
      await builds.build('ios'),
      await builds.build('ios', { priority: 5 }),
    ];
    await builds.worker('a', { atOnce: 3 });
    const taken: (string | undefined)[] = [];
    for (let n = 0; n < queued.length; n += 1) {
      const claim = await claimForWorker(db.database, 'a', claimed());
      taken.push(claim?.taskId);
      await noteBuildSign(db.database, { taskId: claim?.taskId ?? '', agentId: 'a' }, SILENCE);
    }
    expect(taken).toEqual([queued[2]?.id, queued[0]?.id, queued[1]?.id]);
    expect(await claimForWorker(db.database, 'a', claimed())).toBeNull();
  });

  it('are given for the worker’s platforms and as many as it takes at once', async () => {
    await builds.build('android');
    const ios = await builds.build('ios');
    await builds.build('ios');
    await builds.worker('a', { platforms: ['ios'] });
    expect(await claimForWorker(db.database, 'a', claimed())).toMatchObject({ taskId: ios.id, attempt: 1 });
    await noteBuildSign(db.database, { taskId: ios.id, agentId: 'a' }, SILENCE);
    expect(await claimForWorker(db.database, 'a', claimed())).toBeNull();
    expect(await builds.eventsOf(ios.id)).toEqual([
      'create by user:test',
      'claim by worker:a',
      'accept by worker:a',
    ]);
  });

  it('are no agent’s, and what agents run is no worker’s', async () => {
    await fleet.agent('agent', 4);
    await builds.worker('a');
    const plan = await fleet.task(await fleet.workspace());
    const ios = await builds.build('ios');
    expect(await claimTasks(db.database, { limit: 10, leaseSeconds: 30 })).toMatchObject([
      { taskId: plan.id },
    ]);
    expect(await claimForWorker(db.database, 'a', claimed())).toMatchObject({ taskId: ios.id });
    expect(await claimForWorker(db.database, 'agent', claimed())).toBeNull();
  });

  it('are assigned once each where twenty workers ask for ten at once, a hundred times in a row', async () => {
    const wide = await connect(db.url, 20);
    const workers = Array.from({ length: 20 }, (_, n) => `w-${n}`);
    await Promise.all(workers.map(async (id) => builds.worker(id)));
    for (let round = 0; round < 100; round += 1) {
      const queued = await Promise.all(
        Array.from({ length: 10 }, async (_, n) => builds.build(n % 2 === 0 ? 'ios' : 'android')),
      );
      const claims = await Promise.all(workers.map(async (id) => claimForWorker(wide, id, claimed())));
      const taken = claims.flatMap((claim) => (claim === null ? [] : [claim.taskId]));
      expect(taken.toSorted()).toEqual(queued.map(({ id }) => id).toSorted());
      await builds.beginAnew();
    }
    await wide.close();
  }, 300_000);

  it('go to one worker where ten ask for one, a hundred times in a row', async () => {
    const wide = await connect(db.url, 10);
    const workers = Array.from({ length: 10 }, (_, n) => `w-${n}`);
    await Promise.all(workers.map(async (id) => builds.worker(id)));
    for (let round = 0; round < 100; round += 1) {
      const only = await builds.build();
      const claims = await Promise.all(workers.map(async (id) => claimForWorker(wide, id, claimed())));
      expect(claims.flatMap((claim) => (claim === null ? [] : [claim.taskId]))).toEqual([only.id]);
      await builds.beginAnew();
    }
    await wide.close();
  }, 300_000);

  it('are given once where one worker asks many times at once', async () => {
    await builds.build();
    await builds.build();
    await builds.worker('a');
    const claims = await Promise.all(
      Array.from({ length: 8 }, async () => claimForWorker(db.database, 'a', claimed())),
    );
    expect(new Set(claims.map((claim) => `${claim?.taskId ?? ''} ${claim?.attempt ?? 0}`)).size).toBe(1);
  });

  it('go back from a worker that registers again with nothing, however it asks meanwhile', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { id } = await builds.build('ios', { maxRetries: 50 });
      await builds.worker('a');
      await claimForWorker(db.database, 'a', claimed());
      await Promise.all([builds.worker('a', { none: true }), claimForWorker(db.database, 'a', claimed())]);
      const [row] = await db.database.rows<{ status: string; inSlots: number }>(
        `select t.status, (select count(*)::int from slots s where s.task_id = t.id) as "inSlots" from tasks t where id = $1`,
        [id],
      );
      // Either order is right: given back at last, or given back and asked for again.
      expect([
        { status: 'pending', inSlots: 0 },
        { status: 'assigned', inSlots: 1 },
      ]).toContainEqual(row);
      await db.database.rows('truncate agents, slots, tasks cascade');
    }
  });

  it('go back to the queue when their worker is silent, until their retries are used up', async () => {
    const { id } = await builds.build('ios', { maxRetries: 1 });
    await builds.worker('a');
    const limits = {
      kind: 'worker',
      suspectAfterMs: 1_000,
      lostAfterMs: 1_000,
      massLostAfterMs: 1_000,
    } as const;
    for (const expected of ['pending', 'failed']) {
      await claimForWorker(db.database, 'a', claimed());
      await noteBuildSign(db.database, { taskId: id, agentId: 'a' }, SILENCE);
      await db.database.rows("update agent_heartbeats set at = at - interval '1 hour'");
      const silent = await silentAgents(db.database, limits, []);
      expect(
        await loseAgents(db.database, silent, limits, { firstDelayMs: 0, maxDelayMs: 0 }, noneFails),
      ).toEqual(['a']);
      expect(await builds.statusOf(id)).toBe(expected);
      await db.database.rows('update agent_heartbeats set at = now()');
    }
    const [letter] = await db.database.rows<{ reason: string }>(
      'select reason from dead_letters where task_id = $1',
      [id],
    );
    expect(letter?.reason).toContain('has sent no heartbeat');
    expect(await builds.eventsOf(id)).toEqual([
      'create by user:test',
      'claim by worker:a',
      'accept by worker:a',
      'retry by registry',
      'claim by worker:a',
      'accept by worker:a',
      'fail by registry',
    ]);
  });

  it('go back when nothing is heard of them, though their worker lives', async () => {
    const { id } = await builds.build();
    await builds.worker('a');
    await claimForWorker(db.database, 'a', claimed());
    await noteBuildSign(db.database, { taskId: id, agentId: 'a' }, SILENCE);
    expect(await recoverSilentBuilds(db.database, 10, RETRY, noneFails)).toBe(0);
    await db.database.rows("update tasks set lease_until = now() - interval '1 second'");
    expect(await recoverSilentBuilds(db.database, 10, RETRY, noneFails)).toBe(1);
    expect(await builds.statusOf(id)).toBe('pending');
  });

  it('end once, whether their result or their cancel comes first', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { id } = await builds.build();
      await builds.worker('a');
      await claimForWorker(db.database, 'a', claimed());
      await noteBuildSign(db.database, { taskId: id, agentId: 'a' }, SILENCE);
      const failure = { code: 'BUILD_FAILED', class: 'permanent', message: 'exit code 1' } as const;
      const [ending, stop] = await Promise.all([
        endBuild(db.database, { taskId: id, agentId: 'a' }, { succeeded: false, failure }),
        stopTask(db.database, { taskId: id, request: 'cancel', comment: null, actor: 'user:test' }),
      ]);
      expect([ending.outcome === 'ended', stop?.moved]).toContain(true);
      expect(ending.outcome === 'ended').not.toBe(stop?.moved);
      expect(await builds.statusOf(id)).toBe(ending.outcome === 'ended' ? 'failed' : 'cancelled');
      await db.database.rows('truncate agents, slots, tasks cascade');
    }
  });

  it('are found in the head of an index, however many wait', async () => {
    await db.database.rows(
      `insert into tasks (organization_id, kind, pool_id, platform, phase, writing, lane_head)
       select $1, 'build', $2, case when n % 2 = 0 then 'ios' else 'android' end, 'build', false, true
       from generate_series(1, 20000) n`,
      [fleet.organizationId, fleet.poolId],
    );
    await db.database.rows('analyze tasks');
    const plan = await db.database.rows<{ 'QUERY PLAN': string }>(
      `explain (analyze, costs off, timing off, summary off) ${CLAIMABLE_BUILD.replace('$1', `'${fleet.organizationId}'`).replace('$2', "'ios'")}`,
    );
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toContain('tasks_claimable_by_workers');
    expect(text).not.toMatch(/Sort|Seq Scan|rows=[1-9]\d{2,}/);
  });

  it('have no worker of another organization', async () => {
    const [other] = await db.database.rows<{ id: string }>(
      'insert into organizations (name) values ($1) returning id',
      [randomUUID()],
    );
    await builds.build();
    const registered = await registerWorker(db.database, {
      organizationId: other?.id ?? '',
      agentId: 'stranger',
      name: 'stranger',
      platforms: ['ios'],
      maxConcurrentBuilds: 1,
      hasNoBuilds: false,
      tokenHash: randomBytes(32),
    });
    expect(registered).toEqual({ known: false, givenBack: 0 });
    expect(await claimForWorker(db.database, 'stranger', claimed())).toBeNull();
    await builds.worker('mine');
    const stolen = { organizationId: other?.id ?? '', agentId: 'mine', name: 'x', platforms: ['ios'] };
    expect(
      await registerWorker(db.database, {
        ...stolen,
        maxConcurrentBuilds: 1,
        hasNoBuilds: true,
        tokenHash: randomBytes(32),
      }),
    ).toBeNull();
  });
});
