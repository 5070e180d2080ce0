import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HELD, recordHeartbeat, recordHeartbeats, recoverMissing } from '@berth/persistence';
import { Fleet, heartbeat, noneFails, RETRY } from '../support/fleet.js';
import { accept, claim } from '../support/planned-task.js';
import { connect, testDatabase, type TestDatabase } from '../support/servers.js';

describe('heartbeats of many agents at once', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeEach(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterEach(async () => {
    await db.drop();
  });

  const status = async (): Promise<object> =>
    Object.fromEntries(
      (await db.database.rows<{ id: string; status: string }>('select id, status from agents')).map((one) => [
        one.id,
        one.status,
      ]),
    );

  it('are noted together, and only of the sessions that count', async () => {
    const sessions = {
      a: await fleet.agent('a', 1),
      b: await fleet.agent('b', 1),
      old: await fleet.agent('c', 1),
    };
    const ofC = await fleet.agent('c', 1);
    await db.database.rows("update agents set status = 'suspect'");
    await db.database.rows("update agent_heartbeats set at = now() - interval '10 seconds'");
    const recorded = await recordHeartbeats(
      db.database,
      [
        heartbeat('a', sessions.a),
        { ...heartbeat('b', sessions.b), draining: true },
        heartbeat('c', sessions.old),
        heartbeat('nobody', sessions.a),
      ],
      60,
    );
    expect(recorded).toMatchObject([{ stale: [] }, { stale: [], settled: [], missing: [] }, null, null]);
    expect(
      await recordHeartbeats(db.database, [heartbeat('a', sessions.a), heartbeat('c', ofC)], 60),
    ).toMatchObject([{ silentMs: expect.any(Number) }, { silentMs: expect.any(Number) }]);
    expect(await status()).toEqual({ a: 'alive', b: 'draining', c: 'alive' });
  });

  it('tell each agent what it no longer owns, what is settled and what it has lost, and no other one', async () => {
    const sessions = new Map([
      ['a', await fleet.agent('a', 2)],
      ['b', await fleet.agent('b', 2)],
    ]);
    const workspace = await fleet.workspace();
    for (let n = 0; n < 4; n += 1) {
      await fleet.task(workspace);
    }
    const claimed = await claim(db.database);
    for (const assignment of claimed) {
      await accept(db.database, assignment);
    }
    await db.database.rows(
      "update tasks set assigned_at = now() - interval '5 minutes', started_at = now() - interval '5 minutes'",
    );
    const ofA = claimed.filter(({ agentId }) => agentId === 'a');
    const ofB = claimed.filter(({ agentId }) => agentId === 'b');
    const [gone] = ofB;
    const sessionId = sessions.get('b') ?? '';
    await recoverMissing(db.database, [{ ...gone!, sessionId }], RETRY, noneFails);
    const recorded = await recordHeartbeats(
      db.database,
      [
        { ...heartbeat('a', sessions.get('a') ?? ''), held: ofA.slice(0, 1) },
        { ...heartbeat('b', sessions.get('b') ?? ''), held: ofB.slice(0, 1), reported: ofB },
      ],
      60,
    );
    expect(recorded).toMatchObject([
      { stale: [], settled: [], missing: [{ agentId: 'a', taskId: ofA[1]?.taskId }] },
      { stale: [{ taskId: gone?.taskId }], settled: [{ taskId: gone?.taskId }], missing: [] },
    ]);
  });

  it('go past an agent whose row somebody holds, which is noted when that is over', async () => {
    const sessions = { a: await fleet.agent('a', 1), b: await fleet.agent('b', 1) };
    const other = await connect(db.url, 2);
    let waits: Promise<unknown> = Promise.resolve();
    await other.transaction(5_000, async (sql) => {
      await sql.rows("select 1 from agent_heartbeats where agent_id = 'a' for update");
      const batch = [heartbeat('a', sessions.a), heartbeat('b', sessions.b)];
      expect(await recordHeartbeats(db.database, batch, 60)).toMatchObject([HELD, { stale: [] }]);
      waits = recordHeartbeat(db.database, heartbeat('a', sessions.a), 60);
    });
    expect(await waits).toMatchObject({ stale: [] });
    await other.close();
  });
});
