import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  BULK_MS,
  planFinished,
  TASK_IS_HELD,
  takeWord,
  takeWords,
  type Assignment,
  type Word,
} from '@berth/persistence';
import { PeopleFirst } from '../../apps/scheduler/src/people-first.js';
import { Results } from '../../apps/scheduler/src/results.js';
import { Fleet } from '../support/fleet.js';
import { accept, claim } from '../support/planned-task.js';
import { quietly } from '../support/quiet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';
import { speakerOf } from '../support/speakers.js';
import { waitFor } from '../support/wait-for.js';

describe('results of many tasks in one transaction', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterEach(async () => {
    await db.database.rows('truncate agents, slots, agent_heartbeats, tasks, workspaces cascade');
  });

  afterAll(async () => {
    await db.drop();
  });

  /** Plans at work, by their ids. */
  async function planning(count: number): Promise<Assignment[]> {
    for (let n = 0; n < count; n += 1) {
      await fleet.task(await fleet.workspace());
    }
    const assignments = await claim(db.database);
    await Promise.all(assignments.map(async (one) => accept(db.database, one)));
    return assignments.sort((one, other) => (one.taskId < other.taskId ? -1 : 1));
  }

  async function word(
    { taskId, attempt, agentId }: Assignment,
    more: { attempt?: number } = {},
  ): Promise<Word> {
    const by = await speakerOf(db.database, taskId);
    return planFinished({
      by,
      taskId,
      attempt,
      planHash: 'a'.repeat(64),
      hasChanges: false,
      changes: { add: 0, change: 0, destroy: 0 },
      record: {},
      reservationSeconds: 60,
      actor: `agent:${agentId}`,
      ...more,
    });
  }

  const statusesOf = (taken: Awaited<ReturnType<typeof takeWords>>) =>
    taken.map((one) => (one === TASK_IS_HELD || one === null ? one : one.status));

  it('are committed together, each to its own task, and free their slots', async () => {
    await fleet.agent('a', 3);
    await fleet.agent('b', 3);
    const assignments = await planning(6);
    const words = await Promise.all(assignments.map(async (one) => word(one)));
    expect(statusesOf(await takeWords(db.database, words))).toEqual(assignments.map(() => 'succeeded'));
    expect(
      await db.database.rows('select count(distinct xmin::text)::int as transactions from tasks'),
    ).toEqual([{ transactions: 1 }]);
    expect(await db.database.rows('select agent_id, room, idle from agent_rooms order by agent_id')).toEqual([
      { agent_id: 'a', room: 3, idle: 3 },
      { agent_id: 'b', room: 3, idle: 3 },
    ]);
  });

  it('leave out what is stale, and change nothing of its task', async () => {
    await fleet.agent('a', 2);
    const [first, second] = await planning(2);
    const words = [await word(first!), await word(second!, { attempt: 7 })];
    expect(statusesOf(await takeWords(db.database, words))).toEqual(['succeeded', null]);
    expect(await db.database.rows('select status from tasks where id = $1', [second!.taskId])).toEqual([
      { status: 'planning' },
    ]);
  });

  it.each([
    ['a task', 'select 1 from tasks where id = $1 for update'],
    [
      'a lane',
      'select 1 from workspaces where id = (select workspace_id from tasks where id = $1) for update',
    ],
  ])('do not wait for %s that somebody holds', async (_what, hold) => {
    await fleet.agent('a', 3);
    const assignments = await planning(3);
    const words = await Promise.all(assignments.map(async (one) => word(one)));
    await db.database.transaction(BULK_MS, async (sql) => {
      await sql.rows(hold, [assignments[1]!.taskId]);
      expect(statusesOf(await takeWords(db.database, words))).toEqual([
        'succeeded',
        TASK_IS_HELD,
        'succeeded',
      ]);
    });
    expect(await takeWord(db.database, words[1]!)).toMatchObject({ status: 'succeeded' });
  });

  it('of other agents do not wait for an agent that somebody holds, and its own do', async () => {
    await fleet.agent('a', 1);
    await fleet.agent('b', 2);
    const words = await Promise.all((await planning(3)).map(async (one) => word(one)));
    const [held] = words.filter(({ by }) => by.agentId === 'a');
    const [first, later] = words.filter(({ by }) => by.agentId === 'b');
    const results = new Results(db.database, quietly().logger, new PeopleFirst());
    const waiting = await db.database.transaction(BULK_MS, async (sql) => {
      await sql.rows("select 1 from agent_rooms where agent_id = 'a' for no key update");
      const ofHeld = results.take(held!);
      expect(await results.take(first!)).toMatchObject({ status: 'succeeded' });
      expect(await results.take(later!)).toMatchObject({ status: 'succeeded' });
      return { ofHeld };
    });
    expect(await waiting.ofHeld).toMatchObject({ status: 'succeeded' });
  });

  it('are none of them taken where one of them goes wrong', async () => {
    await fleet.agent('a', 2);
    const assignments = await planning(2);
    const [good, bad] = await Promise.all(assignments.map(async (one) => word(one)));
    const failing: Word = {
      ...bad!,
      take: async () => {
        throw new Error('this one cannot be taken');
      },
    };
    await expect(takeWords(db.database, [good!, failing])).rejects.toThrow('this one cannot be taken');
    expect(await db.database.rows('select distinct status from tasks')).toEqual([{ status: 'planning' }]);
    expect(await takeWord(db.database, good!)).toMatchObject({ status: 'succeeded' });
  });

  it('never wait for each other in a circle, whichever order their agents have', async () => {
    await fleet.agent('a', 2);
    await fleet.agent('b', 2);
    const words = await Promise.all((await planning(4)).map(async (one) => word(one)));
    const [a, b] = ['a', 'b'].map((agentId) => words.filter(({ by }) => by.agentId === agentId));
    const room = 'select 1 from agent_rooms where agent_id = $1 for no key update';
    // Each would have the first of its own agents, and then want the other one's.
    const batches = await db.database.transaction(BULK_MS, async (ofB) => {
      await ofB.rows(room, ['b']);
      const taken = await db.database.transaction(BULK_MS, async (ofA) => {
        await ofA.rows(room, ['a']);
        const all = Promise.all([
          takeWords(db.database, [a![0]!, b![0]!]),
          takeWords(db.database, [b![1]!, a![1]!]),
        ]);
        await bothWait();
        return { all };
      });
      await bothWait();
      return taken;
    });
    expect((await batches.all).map(statusesOf)).toEqual([
      ['succeeded', 'succeeded'],
      ['succeeded', 'succeeded'],
    ]);
  });

  async function bothWait(): Promise<void> {
    await waitFor('both batches to wait for somebody', async () => {
      const waiting = await db.database.rows(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
           and cardinality(pg_blocking_pids(pid)) > 0`,
      );
      return waiting.length === 2;
    });
  }
});
