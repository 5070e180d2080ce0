import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CLAIMABLE_TASKS, stopTask } from '@berth/persistence';
import { Fleet } from '../support/fleet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

describe('tasks of several workspaces', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeEach(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterEach(async () => {
    await db.drop();
  });

  const plans = async (workspace: string, count: number, priority = 0): Promise<string[]> => {
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) {
      ids.push((await fleet.task(workspace, 'plan', { priority })).id);
    }
    return ids;
  };
  const order = async (): Promise<string[]> => {
    const rows = await db.database.rows<{ id: string }>(CLAIMABLE_TASKS, [[fleet.poolId], [100]]);
    return rows.map(({ id }) => id);
  };

  it('take turns, however many plans one of them has waiting', async () => {
    const [a, b] = [await fleet.workspace(), await fleet.workspace()];
    const [a1, a2, a3] = await plans(a, 3);
    const [b1, b2] = await plans(b, 2);
    expect(await order()).toEqual([a1, b1, a2, b2, a3]);
  });

  it('are served by age where each has one', async () => {
    const first = await plans(await fleet.workspace(), 1);
    const second = await plans(await fleet.workspace(), 1);
    expect(await order()).toEqual([...first, ...second]);
  });

  it('never stand before a task of a higher priority', async () => {
    const busy = await fleet.workspace();
    const low = await plans(await fleet.workspace(), 1);
    const [high1, high2] = await plans(busy, 2, 5);
    expect(await order()).toEqual([high1, high2, ...low]);
  });

  it('that wait behind their workspace’s active one take their turn when they come to the front', async () => {
    const lane = await fleet.workspace();
    const first = await fleet.task(lane, 'plan_and_apply');
    const next = await fleet.task(lane, 'plan_and_apply');
    const [other] = await plans(await fleet.workspace(), 1);
    await stopTask(db.database, { taskId: first.id, request: 'cancel', comment: null, actor: 'user:test' });
    expect(await order()).toEqual([other, next.id]);
  });
});
