import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countAgents, countSlots, countTasks } from '@berth/persistence';
import { Fleet } from '../support/fleet.js';
import { claim, plannedTask } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

describe('what is counted at a glance', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterAll(async () => {
    await db.drop();
  });

  it('is what is here and what ended within a day, and not what ever was', async () => {
    for (const agentId of ['here', 'gone', 'long-gone']) {
      await fleet.agent(agentId, 3);
    }
    await db.database.rows("update slots set state = 'lost' where agent_id <> 'here'");
    await db.database.rows("update agents set status = 'lost', updated_at = now() where id = 'gone'");
    await db.database.rows(
      "update agents set status = 'lost', updated_at = now() - interval '2 days' where id = 'long-gone'",
    );
    await plannedTask(db.database, fleet);
    const workspace = await fleet.workspace();
    await fleet.task(workspace);
    await claim(db.database);
    const [waiting, ended, old] = [
      await fleet.task(workspace),
      await fleet.task(workspace),
      await fleet.task(workspace),
    ];
    await db.database.rows("update tasks set status = 'cancelled', finished_at = now() where id = $1", [
      ended.id,
    ]);
    await db.database.rows(
      "update tasks set status = 'succeeded', finished_at = now() - interval '2 days' where id = $1",
      [old.id],
    );
    expect(waiting.status).toBe('pending');
    expect(await countTasks(db.database, fleet.organizationId)).toEqual({
      apply_pending: 1,
      assigned: 1,
      pending: 1,
      cancelled: 1,
    });
    expect(await countSlots(db.database, fleet.organizationId)).toEqual({
      idle: 1,
      running: 1,
      reserved: 1,
      lost: 3,
    });
    expect(await countAgents(db.database, fleet.organizationId)).toEqual({ alive: 1, lost: 1 });
  });

  it('leaves out what goes with a deleted workspace, as its lists do', async () => {
    const before = await countTasks(db.database, fleet.organizationId);
    const workspace = await fleet.workspace();
    await fleet.task(workspace);
    expect(await countTasks(db.database, fleet.organizationId)).not.toEqual(before);
    await db.database.rows('update workspaces set deleted_at = now() where id = $1', [workspace]);
    expect(await countTasks(db.database, fleet.organizationId)).toEqual(before);
  });
});
