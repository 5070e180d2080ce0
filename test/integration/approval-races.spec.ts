import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  acceptTask,
  claimTasks,
  confirmTask,
  releaseReservation,
  stopTask,
  type ConfirmAnswer,
  type TaskRow,
} from '@berth/persistence';
import { finishPlan } from '../support/its-agent.js';
import { Fleet, LIMITS, loseSilentAgents, RETRY } from '../support/fleet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const CLAIM = { limit: 100, leaseSeconds: 30 };
const HASH = 'a'.repeat(64);
const ROUNDS = 40;

describe('approvals that come at the same time as other things', () => {
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

  /** A plan that waits for so many people. */
  async function planned(approvals: number, allowSelfApproval = true): Promise<string> {
    const sessionId = await fleet.agent('a', 1);
    const workspaceId = await fleet.workspace();
    await db.database.rows('update workspaces set approvals = $2, allow_self_approval = $3 where id = $1', [
      workspaceId,
      approvals,
      allowSelfApproval,
    ]);
    const { id } = await fleet.task(workspaceId, 'plan_and_apply');
    await db.database.rows("update tasks set queued_by = 'user:0' where id = $1", [id]);
    await planOf(id, sessionId, HASH);
    return id;
  }

  async function planOf(taskId: string, sessionId: string, planHash: string): Promise<void> {
    const [assignment] = await claimTasks(db.database, CLAIM);
    if (assignment === undefined) {
      throw new Error('nothing was claimed');
    }
    expect(await acceptTask(db.database, { ...assignment, sessionId })).not.toBeNull();
    await finishPlan(db.database, {
      taskId,
      attempt: assignment.attempt,
      planHash,
      hasChanges: true,
      changes: { add: 1, change: 0, destroy: 0 },
      record: {},
      reservationSeconds: 60,
      actor: 'agent:a',
    });
  }

  const confirm = async (taskId: string, who: number, planHash = HASH): Promise<ConfirmAnswer | null> =>
    confirmTask(db.database, {
      taskId,
      planHash,
      comment: null,
      actor: `user:${who}`,
      principal: `user:${who}`,
      isPerson: true,
    });

  async function read(id: string): Promise<TaskRow> {
    const [row] = await db.database.rows<TaskRow>(
      'select id, status, attempt, plan_hash as "planHash" from tasks where id = $1',
      [id],
    );
    return row!;
  }

  /** Who has approved the plan that it has. */
  async function approvers(id: string): Promise<string[]> {
    const rows = await db.database.rows<{ principal: string }>(
      `select a.principal from approvals a join tasks t on t.id = a.task_id
       where t.id = $1 and a.plan_hash = t.plan_hash and not voided order by 1`,
      [id],
    );
    return rows.map(({ principal }) => principal);
  }

  async function eventsOf(id: string, event: string): Promise<number> {
    const rows = await db.database.rows('select 1 from task_events where task_id = $1 and event = $2', [
      id,
      event,
    ]);
    return rows.length;
  }

  const outcomes = (answers: readonly (ConfirmAnswer | null)[]): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const answer of answers) {
      const outcome = answer?.outcome ?? 'gone';
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    return counts;
  };

  it('count each person once, and the last one that is needed alone moves the task', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = await planned(3);
      const answers = await Promise.all([1, 2, 3, 4, 1, 2, 3, 4].map(async (who) => confirm(id, who)));
      const { moved, approved, approved_before: before = 0, status = 0 } = outcomes(answers);
      expect({ moved, approved, others: before + status }).toEqual({ moved: 1, approved: 2, others: 5 });
      expect(await read(id)).toMatchObject({ status: 'apply_queued' });
      expect(await approvers(id)).toHaveLength(3);
      expect({ approve: await eventsOf(id, 'approve'), confirm: await eventsOf(id, 'confirm') }).toEqual({
        approve: 2,
        confirm: 1,
      });
      await db.database.rows('truncate agents, slots, agent_heartbeats, tasks, workspaces cascade');
    }
  }, 60_000);

  it('never apply what was cancelled or discarded, and are never too few', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = await planned(2);
      const request = round % 2 === 0 ? 'cancel' : 'discard';
      const stopped = async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return stopTask(db.database, { taskId: id, request, comment: null, actor: 'user:9' });
      };
      const work = [confirm(id, 1), confirm(id, 2)];
      const [one, two] = await Promise.all([...work, stopped()]);
      const moved = [one, two].some((answer) => (answer as ConfirmAnswer).outcome === 'moved');
      const { status } = await read(id);
      // Confirmed first, a cancel still ends it before anybody has claimed it.
      expect(['cancelled', 'discarded', 'apply_queued']).toContain(status);
      if (moved) {
        expect(await approvers(id)).toEqual(['user:1', 'user:2']);
      }
      if (status === 'apply_queued') {
        expect(moved).toBe(true);
      }
      expect((await confirm(id, 3))?.outcome).toBe('status');
      await db.database.rows('truncate agents, slots, agent_heartbeats, tasks, workspaces cascade');
    }
  }, 60_000);

  it('are void with a plan that was lost in the same moment', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = await planned(2);
      await confirm(id, 1);
      await db.database.rows("update agent_heartbeats set at = now() - interval '1 minute'");
      const [second] = await Promise.all([confirm(id, 2), loseSilentAgents(db.database, LIMITS, RETRY)]);
      const lost = await read(id);
      expect(['moved', 'status']).toContain(second?.outcome);
      expect(lost.status).toBe('pending');
      expect(await approvers(id)).toEqual([]);
      const again = round.toString(16).padStart(64, 'd');
      await planOf(id, await fleet.agent('a', 1), again);
      expect((await confirm(id, 2))?.outcome).toBe('other_plan');
      expect(await confirm(id, 2, again)).toMatchObject({ outcome: 'approved', given: 1, needed: 2 });
      await db.database.rows('truncate agents, slots, agent_heartbeats, tasks, workspaces cascade');
    }
  }, 60_000);

  it('of a slot that is released meanwhile are asked for again', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = await planned(2);
      await confirm(id, 1);
      const release = async () =>
        releaseReservation(db.database, { taskId: id, comment: null, actor: 'user:9' });
      const [second] = await Promise.all([confirm(id, 2), release()]);
      expect(second?.outcome).toBe('moved');
      const { status } = await read(id);
      expect(['pending', 'apply_queued']).toContain(status);
      expect(await approvers(id)).toHaveLength(status === 'pending' ? 0 : 2);
      await db.database.rows('truncate agents, slots, agent_heartbeats, tasks, workspaces cascade');
    }
  }, 60_000);

  it('of whoever queued it count for nothing where somebody else’s are wanted', async () => {
    const id = await planned(1, false);
    const answers = await Promise.all([confirm(id, 0), confirm(id, 0), confirm(id, 1)]);
    const { own_task: own = 0, status = 0, moved } = outcomes(answers);
    expect({ moved, refused: own + status }).toEqual({ moved: 1, refused: 2 });
    expect(await approvers(id)).toEqual(['user:1']);
  });
});
