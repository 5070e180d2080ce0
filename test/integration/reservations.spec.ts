import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { confirmTask, releaseReservation } from '@berth/persistence';
import { Fleet } from '../support/fleet.js';
import { accept, claim, finishWithChanges, plannedTask } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

describe('reservations', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterEach(async () => {
    await db.database.rows('truncate agents, slots, agent_heartbeats, tasks, workspaces cascade');
    await cap(null);
  });

  afterAll(async () => {
    await db.drop();
  });

  async function cap(slots: number | null): Promise<void> {
    await db.database.rows('update pools set max_reserved_slots = $1', [slots]);
  }

  async function reserved(): Promise<string[]> {
    const rows = await db.database.rows<{ id: string }>(
      "select task_id as id from slots where state = 'reserved' order by reserved_until, slot_id",
    );
    return rows.map((row) => row.id);
  }

  async function lastLine(taskId: string): Promise<object | undefined> {
    const [line] = await db.database.rows<object>(
      'select event, actor, from_status, to_status, message, data from task_events where task_id = $1 order by id desc limit 1',
      [taskId],
    );
    return line;
  }

  async function statusOf(taskId: string): Promise<string | undefined> {
    const [task] = await db.database.rows<{ status: string }>('select status from tasks where id = $1', [
      taskId,
    ]);
    return task?.status;
  }

  /** Moves a reservation's end, so that tests do not depend on the milliseconds between plans. */
  async function endsIn(taskId: string, seconds: number): Promise<void> {
    await db.database.rows(
      "update slots set reserved_until = now() + $2 * interval '1 second' where task_id = $1",
      [taskId, seconds],
    );
  }

  const confirm = async (taskId: string) =>
    confirmTask(db.database, {
      taskId,
      planHash: null,
      comment: null,
      actor: 'user:test',
      principal: 'key:test',
      isPerson: false,
    });
  const release = async (taskId: string, comment: string | null = null) =>
    releaseReservation(db.database, { taskId, comment, actor: 'user:test' });

  it('have no cap unless the pool has one', async () => {
    await fleet.agent('a', 3);
    const tasks = [await plannedTask(db.database, fleet), await plannedTask(db.database, fleet)];
    expect((await reserved()).sort()).toEqual(tasks.sort());
  });

  it('end, the soonest first, when a plan finishes at the cap of its pool', async () => {
    await cap(2);
    await fleet.agent('a', 3);
    const later = await plannedTask(db.database, fleet);
    const sooner = await plannedTask(db.database, fleet);
    await endsIn(later, 50);
    await endsIn(sooner, 20);
    const newest = await plannedTask(db.database, fleet);
    expect(await reserved()).toEqual([later, newest]);
    expect(await statusOf(sooner)).toBe('apply_pending');
    expect(await lastLine(sooner)).toMatchObject({
      event: 'reservation_ended',
      actor: 'scheduler',
      from_status: 'apply_pending',
      to_status: 'apply_pending',
      message: `the reservation of slot 2 on a ended early, because pool "default" reserves at most 2 slots and task ${newest} has finished its plan; confirming plans again first`,
      data: { newestTaskId: newest },
    });
    expect(await lastLine(newest)).toMatchObject({
      event: 'reservation_replaced',
      message: `pool "default" reserves at most 2 slots: the reservation of task ${sooner} (slot 2 on a) ended for this one`,
      data: { endedTaskId: sooner },
    });
    expect((await confirm(sooner))?.task.status).toBe('pending');
  });

  it('end as many as are over a cap that was lowered', async () => {
    await fleet.agent('a', 4);
    for (let n = 0; n < 3; n += 1) {
      await plannedTask(db.database, fleet);
    }
    await cap(1);
    const newest = await plannedTask(db.database, fleet);
    expect(await reserved()).toEqual([newest]);
  });

  it('of confirmed tasks are never ended and do not count', async () => {
    await cap(1);
    await fleet.agent('a', 3);
    const confirmed = await plannedTask(db.database, fleet);
    await confirm(confirmed);
    await db.database.rows("update tasks set run_after = now() + interval '1 hour' where id = $1", [
      confirmed,
    ]);
    const waiting = await plannedTask(db.database, fleet);
    expect((await reserved()).sort()).toEqual([confirmed, waiting].sort());
  });

  it('that another verb has locked are passed over without waiting', async () => {
    await cap(1);
    await fleet.agent('a', 3);
    const locked = await plannedTask(db.database, fleet);
    await db.database.transaction(5_000, async (sql) => {
      await sql.rows('select 1 from tasks where id = $1 for no key update', [locked]);
      const newest = await plannedTask(db.database, fleet);
      expect(await reserved()).toEqual([locked, newest]);
    });
    const newest = await plannedTask(db.database, fleet);
    expect(await reserved()).toEqual([newest]);
  });

  it('stay within the cap when many plans finish at once, 10 times in a row', async () => {
    await cap(2);
    await fleet.agent('a', 8);
    for (let round = 0; round < 10; round += 1) {
      for (let n = 0; n < 6; n += 1) {
        await fleet.task(await fleet.workspace(), 'plan_and_apply');
      }
      const assignments = await claim(db.database);
      expect(assignments).toHaveLength(6);
      await Promise.all(
        assignments.map(async (assignment) => {
          await accept(db.database, assignment);
          await finishWithChanges(db.database, assignment);
        }),
      );
      expect(await reserved()).toHaveLength(2);
    }
  }, 60_000);

  it('are released by a person, with a line in the timeline', async () => {
    await fleet.agent('a', 1);
    const task = await plannedTask(db.database, fleet);
    expect((await release(task, 'needed elsewhere'))?.moved).toBe(true);
    expect(await reserved()).toEqual([]);
    expect(await statusOf(task)).toBe('apply_pending');
    expect(await lastLine(task)).toMatchObject({
      event: 'reservation_ended',
      actor: 'user:test',
      message: 'the reservation of slot 1 on a was released; confirming plans again first',
      data: { comment: 'needed elsewhere' },
    });
    expect((await release(task))?.moved).toBe(false);
    expect((await confirm(task))?.task.status).toBe('pending');
  });

  it('are not released once the plan is confirmed', async () => {
    await fleet.agent('a', 1);
    const task = await plannedTask(db.database, fleet);
    await confirm(task);
    expect(await release(task)).toMatchObject({ moved: false, task: { status: 'apply_queued' } });
    expect(await reserved()).toEqual([task]);
  });

  it('are won by one of release and confirm, 30 times in a row', async () => {
    await fleet.agent('a', 1);
    for (let round = 0; round < 30; round += 1) {
      const task = await plannedTask(db.database, fleet);
      const [confirmed, released] = await Promise.all([confirm(task), release(task)]);
      expect(confirmed?.moved).toBe(true);
      expect(await statusOf(task)).toBe(released?.moved === true ? 'pending' : 'apply_queued');
      await db.database.rows("update slots set state = 'idle', task_id = null, attempt = null");
      await db.database.rows('truncate tasks cascade');
    }
  }, 60_000);
});
