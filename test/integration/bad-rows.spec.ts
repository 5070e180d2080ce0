import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { confirmTask, eachAlone, loseAgents, replanWithoutSlot, silentAgents } from '@berth/persistence';
import { Fleet, LIMITS, RETRY } from '../support/fleet.js';
import { plannedTask } from '../support/planned-task.js';
import { connect, testDatabase, type TestDatabase } from '../support/servers.js';

/** A row that no statement likes, as a fault of ours or of whoever repaired something would make it. */
describe('one bad row', () => {
  let db: TestDatabase;
  let fleet: Fleet;
  let failures: string[];
  const failed = (item: string, error: unknown): void => {
    failures.push(`${item}: ${String(error)}`);
  };

  beforeEach(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
    failures = [];
  });

  afterEach(async () => {
    await db.drop();
  });

  async function refuseChangesOf(table: 'agents' | 'tasks', id: string): Promise<void> {
    await db.database.rows(
      `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'a bad row'; end $$`,
    );
    await db.database.rows(
      `create trigger refused before update on ${table} for each row when (old.id::text = '${id}') execute function refuse()`,
    );
  }

  it('keeps no other agent from being declared lost', async () => {
    for (const id of ['a', 'b', 'c']) {
      await fleet.agent(id, 1);
    }
    await db.database.rows("update agent_heartbeats set at = now() - interval '1 minute'");
    await refuseChangesOf('agents', 'a');
    const silent = await silentAgents(db.database, LIMITS, []);
    expect(await loseAgents(db.database, silent, LIMITS, RETRY, failed)).toEqual(['b', 'c']);
    expect(failures).toEqual([expect.stringMatching(/^agent a: .*a bad row/)]);
  });

  it('keeps no other confirmed task from being planned again', async () => {
    await fleet.agent('a', 8);
    const tasks = [await plannedTask(db.database, fleet), await plannedTask(db.database, fleet)];
    for (const taskId of tasks) {
      const by = { actor: 'user:test', principal: 'key:test', isPerson: false, comment: null };
      await confirmTask(db.database, { taskId, planHash: null, ...by });
    }
    await db.database.rows("update slots set state = 'idle', task_id = null, attempt = null");
    await refuseChangesOf('tasks', tasks[0] ?? '');
    expect(await replanWithoutSlot(db.database, 10, failed)).toBe(1);
    expect(failures).toEqual([expect.stringMatching(/^task .*a bad row/)]);
  });

  it('is told from a database that is away, which fails the whole sweep at once', async () => {
    const gone = await connect(db.url, 2);
    await gone.close();
    let tried = 0;
    const sweep = eachAlone(gone, ['a', 'b', 'c'], {
      name: (one) => one,
      failed,
      work: async () => {
        tried += 1;
        return Promise.reject(new Error('nothing is there'));
      },
    });
    await expect(sweep).rejects.toThrow();
    expect(tried).toBe(1);
    expect(failures).toEqual([]);
  });
});
