import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentAgents, silentPools } from '@berth/persistence';
import { Fleet, loseSilentAgents, RETRY } from '../support/fleet.js';
import { plannedTask } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const LIMITS = {
  kind: 'agent',
  suspectAfterMs: 8_000,
  lostAfterMs: 15_000,
  massLostAfterMs: 90_000,
} as const;

describe('agents that fall silent', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeEach(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterEach(async () => {
    await db.drop();
  });

  const silent = async (seconds: number, ...agents: string[]): Promise<void> => {
    await db.database.rows(
      "update agent_heartbeats set at = clock_timestamp() - $1::int * interval '1 second' where agent_id = any($2)",
      [seconds, agents],
    );
  };
  const lost = async (): Promise<string[]> => loseSilentAgents(db.database, LIMITS, RETRY);

  it('one by one are lost at the limit', async () => {
    for (const agent of ['a', 'b', 'c', 'd']) {
      await fleet.agent(agent, 1);
    }
    await silent(16, 'a', 'b');
    expect(await lost()).toEqual(['a', 'b']);
  });

  it('all together keep their slots for longer, because the network is likelier to have failed', async () => {
    await fleet.agent('a', 1);
    const task = await plannedTask(db.database, fleet);
    await fleet.agent('b', 1);
    await silent(60, 'a');
    await silent(10, 'b');
    expect(await lost()).toEqual([]);
    const [row] = await db.database.rows('select status, agent_id from tasks where id = $1', [task]);
    expect(row).toEqual({ status: 'apply_pending', agent_id: 'a' });
  });

  it('all together are lost in the end', async () => {
    await fleet.agent('a', 1);
    await fleet.agent('b', 1);
    await silent(91, 'a', 'b');
    expect(await lost()).toEqual(['a', 'b']);
  });

  it('are judged by the agents that are there, not by those that were stopped or lost before', async () => {
    for (const agent of ['a', 'b', 'c', 'd', 'e']) {
      await fleet.agent(agent, 1);
    }
    await db.database.rows("update agents set status = 'stopped' where id in ('c', 'd')");
    await db.database.rows("update agents set status = 'lost' where id = 'e'");
    await silent(60, 'c', 'd', 'e');
    await silent(16, 'a');
    expect(await lost()).toEqual(['a']);
  });

  it('get their time also when most of them are back and a few are still on their way', async () => {
    for (const agent of ['a', 'b', 'c']) {
      await fleet.agent(agent, 1);
    }
    await silent(60, 'a', 'b', 'c');
    const before = await silentPools(db.database, LIMITS);
    expect(before).toEqual([fleet.poolId]);
    await silent(0, 'a', 'b');
    expect(await silentPools(db.database, LIMITS)).toEqual([]);
    expect(await silentAgents(db.database, LIMITS, before)).toEqual([]);
    expect(await silentAgents(db.database, LIMITS, [])).toEqual(['c']);
  });
});
