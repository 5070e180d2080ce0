import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { claimTasks, mendRooms, type Assignment } from '@berth/persistence';
import { Fleet, LIMITS, loseSilentAgents, noneFails, RETRY } from '../support/fleet.js';
import { connect, testDatabase, type TestDatabase } from '../support/servers.js';

const CLAIM = { limit: 100, leaseSeconds: 30 };

describe('the room of agents', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeEach(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterEach(async () => {
    await db.drop();
  });

  const rooms = async (): Promise<object[]> =>
    db.database.rows('select agent_id as id, running, idle, room from agent_rooms order by agent_id');

  async function plans(count: number): Promise<void> {
    const workspace = await fleet.workspace();
    for (let n = 0; n < count; n += 1) {
      await fleet.task(workspace);
    }
  }

  it('follows their slots and their standing', async () => {
    await fleet.agent('a', 4, 2);
    expect(await rooms()).toEqual([{ id: 'a', running: 0, idle: 4, room: 2 }]);
    await plans(1);
    await claimTasks(db.database, CLAIM);
    expect(await rooms()).toEqual([{ id: 'a', running: 1, idle: 3, room: 1 }]);
    await db.database.rows("update agents set status = 'draining'");
    expect(await rooms()).toEqual([{ id: 'a', running: 1, idle: 3, room: 0 }]);
    await fleet.agent('a', 5, 4);
    expect(await rooms()).toEqual([{ id: 'a', running: 1, idle: 4, room: 3 }]);
    await db.database.rows("update agent_heartbeats set at = now() - interval '1 minute'");
    await loseSilentAgents(db.database, LIMITS, RETRY);
    expect(await rooms()).toEqual([{ id: 'a', running: 0, idle: 0, room: 0 }]);
    await db.database.rows('delete from slots');
    await db.database.rows('delete from agents');
    expect(await rooms()).toEqual([]);
  });

  it('is not overdrawn by any number of schedulers', async () => {
    const others = await Promise.all([connect(db.url, 5), connect(db.url, 5), connect(db.url, 5)]);
    for (let n = 0; n < 8; n += 1) {
      await fleet.agent(`agent-${n}`, 6, 3);
    }
    await plans(40);
    const claims: Assignment[] = [];
    for (let round = 0; round < 5; round += 1) {
      const found = await Promise.all(
        Array.from({ length: 12 }, async (_, n) =>
          claimTasks(others[n % others.length] ?? db.database, { ...CLAIM, limit: 3 }),
        ),
      );
      claims.push(...found.flat());
    }
    expect(claims).toHaveLength(24);
    expect(await rooms()).toEqual(
      Array.from({ length: 8 }, (_, n) => ({ id: `agent-${n}`, running: 3, idle: 3, room: 0 })),
    );
    await Promise.all(others.map(async (other) => other.close()));
  });

  it.each(['agents', 'agent_rooms', 'slots'])(
    'of other agents is found while somebody holds a row of %s',
    async (table) => {
      await fleet.agent('held', 9);
      await fleet.agent('free', 1);
      await plans(1);
      const column = table === 'agents' ? 'id' : 'agent_id';
      await db.database.transaction(5_000, async (sql) => {
        await sql.rows(`select 1 from ${table} where ${column} = 'held' for update`);
        const other = await connect(db.url, 2);
        try {
          expect(await claimTasks(other, CLAIM)).toMatchObject([{ agentId: 'free' }]);
        } finally {
          await other.close();
        }
      });
    },
  );

  it('of all pools is used, however many tasks the first of them has', async () => {
    const [pool] = await db.database.rows<{ id: string }>(
      "insert into pools (organization_id, name) select organization_id, 'other' from pools returning id",
    );
    await fleet.agent('a', 9);
    await fleet.agent('b', 9);
    await db.database.rows("update agents set pool_id = $1 where id = 'b'", [pool?.id]);
    await db.database.rows("update slots set pool_id = $1 where agent_id = 'b'", [pool?.id]);
    await plans(8);
    await db.database.rows(
      'update tasks set pool_id = $1 where id in (select id from tasks order by created_at desc limit 2)',
      [pool?.id],
    );
    const claims = await claimTasks(db.database, { ...CLAIM, limit: 8 });
    expect(claims.map(({ agentId }) => agentId).sort()).toEqual(['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b']);
  });

  it('is counted again where it is wrong, and only there', async () => {
    await fleet.agent('a', 3);
    await fleet.agent('b', 3);
    await db.database.rows("update agent_rooms set running = 3 where agent_id = 'a'");
    await db.database.rows("delete from agent_rooms where agent_id = 'b'");
    expect(await mendRooms(db.database, 10, noneFails)).toBe(2);
    expect(await mendRooms(db.database, 10, noneFails)).toBe(0);
    expect(await rooms()).toMatchObject([
      { id: 'a', room: 3 },
      { id: 'b', room: 3 },
    ]);
  });
});
