import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { confirmTask, freeOrphanedSlots, promoteStrandedLanes, replanWithoutSlot } from '@berth/persistence';
import { Fleet, LIMITS, loseSilentAgents, noneFails, RETRY } from '../support/fleet.js';
import { claim, plannedTask } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

/** What no verb leaves behind, made by hand as a faulty repair would. */
describe('the sweep for what disagrees with itself', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
    await fleet.agent('a', 8);
  });

  afterAll(async () => {
    await db.drop();
  });

  const status = async (taskId: string): Promise<unknown> =>
    (await db.database.rows<{ status: string }>('select status from tasks where id = $1', [taskId]))[0]
      ?.status;

  it('finds nothing where all is well', async () => {
    await plannedTask(db.database, fleet);
    await fleet.task(await fleet.workspace(), 'plan');
    await claim(db.database);
    expect(await freeOrphanedSlots(db.database, 10)).toBe(0);
    expect(await replanWithoutSlot(db.database, 10, noneFails)).toBe(0);
    expect(await promoteStrandedLanes(db.database, 10, noneFails)).toBe(0);
  });

  it('frees the slot of a task that is over, and of one that is elsewhere', async () => {
    const [over, elsewhere] = [await plannedTask(db.database, fleet), await plannedTask(db.database, fleet)];
    await db.database.rows("update tasks set status = 'cancelled', finished_at = now() where id = $1", [
      over,
    ]);
    await db.database.rows('update tasks set slot_id = 99 where id = $1', [elsewhere]);
    expect(await freeOrphanedSlots(db.database, 10)).toBe(2);
    expect(
      await db.database.rows('select 1 from slots where task_id = any($1)', [[over, elsewhere]]),
    ).toEqual([]);
  });

  it('plans a confirmed task again whose slot is not there any more', async () => {
    const task = await plannedTask(db.database, fleet);
    await confirmTask(db.database, {
      taskId: task,
      planHash: null,
      comment: null,
      actor: 'user:test',
      principal: 'key:test',
      isPerson: false,
    });
    await db.database.rows(
      "update slots set state = 'idle', task_id = null, attempt = null where task_id = $1",
      [task],
    );
    expect(await replanWithoutSlot(db.database, 10, noneFails)).toBe(1);
    expect(await status(task)).toBe('pending');
  });

  it('lets the next task of a workspace come to the front where nobody is there', async () => {
    const workspace = await fleet.workspace();
    const first = await fleet.task(workspace, 'plan_and_apply');
    const second = await fleet.task(workspace, 'plan_and_apply');
    await db.database.rows("update tasks set status = 'cancelled', finished_at = now() where id = $1", [
      first.id,
    ]);
    expect(await promoteStrandedLanes(db.database, 10, noneFails)).toBe(1);
    expect((await claim(db.database)).map(({ taskId }) => taskId)).toContain(second.id);
  });

  it('takes the tasks of an agent that is marked as lost', async () => {
    await fleet.agent('b', 1);
    await fleet.agent('c', 1);
    await db.database.rows("update agents set status = 'stopped' where id in ('a', 'c')");
    const task = await plannedTask(db.database, fleet);
    await db.database.rows("update agents set status = 'lost' where id = 'b'");
    await db.database.rows(
      "update agent_heartbeats set at = now() - interval '1 minute' where agent_id = 'b'",
    );
    expect(await loseSilentAgents(db.database, LIMITS, RETRY)).toEqual(['b']);
    expect(await status(task)).toBe('pending');
    expect(await loseSilentAgents(db.database, LIMITS, RETRY)).toEqual([]);
  });
});
