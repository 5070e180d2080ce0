import { changePool, claimTasks, confirmTask, weakAgents, type Database } from '@berth/persistence';
import { RUN_ISOLATION, type DemandedIsolation, type RunIsolation } from '@berth/domain';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Fleet } from '../support/fleet.js';
import { plannedTask } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const CLAIM = { limit: 100, leaseSeconds: 30 };
const DEMANDS: readonly (DemandedIsolation | null)[] = [null, 'user', 'sandbox'];
const LEVELS: readonly (RunIsolation | null)[] = [...RUN_ISOLATION, null];
/** Written down once more, so that the order in SQL is compared with something. */
const IS_ENOUGH: Record<string, readonly (RunIsolation | null)[]> = {
  null: LEVELS,
  user: ['sandbox', 'user'],
  sandbox: ['sandbox'],
};

const BY_SOMEBODY = {
  planHash: null,
  comment: null,
  actor: 'user:test',
  principal: 'key:test',
  isPerson: false,
};

describe('a pool that demands how far runs are kept apart', () => {
  let db: TestDatabase;
  let database: Database;
  let fleet: Fleet;

  beforeAll(async () => {
    db = await testDatabase();
    ({ database } = db);
    fleet = await Fleet.in(database);
  });

  afterEach(async () => {
    await demand(null);
    await database.rows('truncate agents, slots, agent_heartbeats, tasks, workspaces cascade');
  });

  afterAll(async () => {
    await db.drop();
  });

  async function demand(runIsolation: DemandedIsolation | null): Promise<void> {
    const { organizationId } = fleet;
    expect(await changePool(database, { organizationId, name: 'default', runIsolation })).toMatchObject({
      runIsolation,
      maxReservedSlots: null,
    });
  }

  const agent = async (id: string, level: RunIsolation | null): Promise<string> =>
    fleet.agent(id, 1, 1, `pod-${id}`, level);

  describe.each(DEMANDS)('(%s)', (demanded) => {
    it.each(LEVELS)('gives an agent of level %s a plan only where that is enough', async (level) => {
      await demand(demanded);
      await agent('one', level);
      await fleet.task(await fleet.workspace());
      const isEnough = IS_ENOUGH[String(demanded)]?.includes(level) === true;
      expect(await claimTasks(database, CLAIM)).toHaveLength(isEnough ? 1 : 0);
      expect(await weakAgents(database, fleet.poolId)).toEqual(isEnough ? [] : ['one']);
    });
  });

  it('gives a weaker agent no confirmed apply either, and others’ ones are not behind it', async () => {
    await agent('weak', 'none');
    await plannedTask(database, fleet);
    await agent('strong', 'sandbox');
    await plannedTask(database, fleet);
    for (const { id } of await database.rows<{ id: string }>('select id from tasks')) {
      await confirmTask(database, { ...BY_SOMEBODY, taskId: id });
    }
    await demand('sandbox');
    const claimed = await claimTasks(database, { ...CLAIM, limit: 1 });
    expect(claimed.map(({ agentId }) => agentId)).toEqual(['strong']);
    expect(await claimTasks(database, CLAIM)).toEqual([]);
  });
});
