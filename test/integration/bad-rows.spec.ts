import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  confirmTask,
  eachAlone,
  loseAgents,
  replanWithoutSlot,
  silentAgents,
  stopAgent,
} from '@berth/persistence';
import { LoopWatch } from '@berth/observability';
import { DeletedWorkspacesLoop } from '../../apps/api/src/retention/deleted-workspaces.loop.js';
import { Fleet, LIMITS, RETRY } from '../support/fleet.js';
import { accept, claim, plannedTask } from '../support/planned-task.js';
import { connect, testDatabase, type TestDatabase } from '../support/servers.js';
import { quietly } from '../support/quiet.js';
import { waitFor } from '../support/wait-for.js';

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

  async function planningTask(): Promise<string> {
    const { id } = await fleet.task(await fleet.workspace());
    for (const assignment of await claim(db.database)) {
      await accept(db.database, assignment);
    }
    return id;
  }

  async function statusOf(taskId: string): Promise<string | undefined> {
    return (await db.database.rows<{ status: string }>('select status from tasks where id = $1', [taskId]))[0]
      ?.status;
  }

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

  it('of a task keeps neither its agent from being declared lost, nor the tasks beside it from being tried again', async () => {
    await fleet.agent('a', 2);
    const [bad, good] = [await planningTask(), await planningTask()];
    await db.database.rows("update agent_heartbeats set at = now() - interval '1 minute'");
    await refuseChangesOf('tasks', bad);
    const silent = await silentAgents(db.database, LIMITS, []);
    expect(await loseAgents(db.database, silent, LIMITS, RETRY, failed)).toEqual(['a']);
    expect(failures).toEqual([expect.stringMatching(new RegExp(`^task ${bad} of agent a: .*a bad row`))]);
    expect(await db.database.rows("select status from agents where id = 'a'")).toEqual([{ status: 'lost' }]);
    expect(await statusOf(good)).toBe('pending');
    expect(await statusOf(bad)).toBe('planning');

    // It is looked for again, and its agent is not lost a second time.
    await db.database.rows('drop function refuse cascade');
    expect(await silentAgents(db.database, LIMITS, [])).toEqual(['a']);
    expect(await loseAgents(db.database, ['a'], LIMITS, RETRY, failed)).toEqual(['a']);
    expect(await statusOf(bad)).toBe('pending');
    expect(await silentAgents(db.database, LIMITS, [])).toEqual([]);
  });

  it('of a task lets its agent say goodbye', async () => {
    const sessionId = await fleet.agent('a', 2);
    const [bad, good] = [await planningTask(), await planningTask()];
    await refuseChangesOf('tasks', bad);
    const farewell = { agentId: 'a', podName: 'pod-a', sessionId, keepsSlots: false };
    expect(await stopAgent(db.database, farewell, RETRY, failed)).toBe(true);
    expect(failures).toEqual([expect.stringMatching(/^task .* of agent a: .*a bad row/)]);
    expect(await db.database.rows("select status from agents where id = 'a'")).toEqual([
      { status: 'stopped' },
    ]);
    expect(await statusOf(good)).toBe('pending');
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

  it('keeps no other deleted workspace from going, however many of them stand before it', async () => {
    await db.database.rows(
      `insert into workspaces (id, organization_id, pool_id, name, engine, deleted_at)
       select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, $1, $2, 'bad ' || n, 'terraform', now() - interval '1 hour'
       from generate_series(1, 60) n`,
      [fleet.organizationId, fleet.poolId],
    );
    await db.database.rows(
      `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'a bad row'; end $$`,
    );
    await db.database.rows(
      `create trigger refused before delete on workspaces for each row when (old.name like 'bad %') execute function refuse()`,
    );
    await db.database.rows(
      `insert into workspaces (id, organization_id, pool_id, name, engine, deleted_at)
       values ('ffffffff-0000-4000-8000-000000000000', $1, $2, 'good', 'terraform', now())`,
      [fleet.organizationId, fleet.poolId],
    );
    const { logger, metrics } = quietly();
    const loop = new DeletedWorkspacesLoop(db.database, logger, new LoopWatch(metrics, logger), metrics);
    loop.start();
    await waitFor('the good one to go', async () => {
      const left = await db.database.rows("select 1 from workspaces where name = 'good'");
      return left.length === 0;
    });
    await loop.stop();
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
