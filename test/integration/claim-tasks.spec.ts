import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { acceptTask, BULK_MS, claimTasks, confirmTask, type Assignment } from '@berth/persistence';
import { finishTask, reportFailure } from '../support/its-agent.js';
import { Fleet, RETRY } from '../support/fleet.js';
import { plannedTask } from '../support/planned-task.js';
import { connect, testDatabase, type TestDatabase } from '../support/servers.js';

const CLAIM = { limit: 100, leaseSeconds: 30 };

describe('claiming tasks', () => {
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

  async function end(assignment: Assignment): Promise<void> {
    const [agent] = await db.database.rows<{ session_id: string }>(
      'select session_id from agents where id = $1',
      [assignment.agentId],
    );
    await acceptTask(db.database, { ...assignment, sessionId: agent?.session_id ?? '' });
    await reportFailure(
      db.database,
      {
        ...assignment,
        failure: { code: 'TEST', class: 'permanent', message: 'done' },
        interrupted: false,
        stopped: false,
        record: {},
        actor: 'agent:test',
      },
      RETRY,
    );
  }

  it('is accepted by its owner for its phase alone, and again in the same session', async () => {
    await fleet.agent('a', 1);
    await fleet.task(await fleet.workspace());
    const [assignment] = await claimTasks(db.database, CLAIM);
    const [agent] = await db.database.rows<{ sessionId: string }>(
      'select session_id as "sessionId" from agents',
    );
    const acceptance = { ...assignment!, sessionId: agent!.sessionId };
    for (const wrong of [{ phase: 'apply' }, { agentId: 'b' }, { slotId: 9 }, { attempt: 2 }] as const) {
      expect(await acceptTask(db.database, { ...acceptance, ...wrong })).toBeNull();
    }
    const accepted = await acceptTask(db.database, acceptance);
    expect(accepted).toMatchObject({ status: 'planning', attempt: 1 });
    expect(await acceptTask(db.database, acceptance)).toEqual(accepted);
    const another = { ...acceptance, sessionId: randomUUID() };
    expect(await acceptTask(db.database, another)).toBeNull();
  });

  it('gives nothing where no slot is idle or no agent alive', async () => {
    const workspace = await fleet.workspace();
    await fleet.task(workspace);
    expect(await claimTasks(db.database, CLAIM)).toEqual([]);
    await fleet.agent('a', 1);
    await db.database.rows("update agents set status = 'suspect'");
    expect(await claimTasks(db.database, CLAIM)).toEqual([]);
  });

  it('writes both sides of the ownership and its line in the timeline', async () => {
    await fleet.agent('a', 1);
    const task = await fleet.task(await fleet.workspace());
    expect(await claimTasks(db.database, CLAIM)).toMatchObject([
      { taskId: task.id, attempt: 1, agentId: 'a', podName: 'pod-a', slotId: 1, phase: 'plan' },
    ]);
    const [row] = await db.database.rows<object>(
      'select status, agent_id, pod_name, slot_id, attempt from tasks',
    );
    expect(row).toEqual({ status: 'assigned', agent_id: 'a', pod_name: 'pod-a', slot_id: 1, attempt: 1 });
    const [slot] = await db.database.rows<object>('select state, task_id, attempt from slots');
    expect(slot).toEqual({ state: 'running', task_id: task.id, attempt: 1 });
    const events = await db.database.rows<{ event: string }>(
      'select event from task_events where task_id = $1 order by id',
      [task.id],
    );
    expect(events.map((event) => event.event)).toEqual(['create', 'claim']);
  });

  it('serves higher priorities first, then older tasks', async () => {
    const workspace = await fleet.workspace();
    const first = await fleet.task(workspace);
    const second = await fleet.task(workspace);
    const urgent = await fleet.task(workspace, 'plan', { priority: 10 });
    await fleet.agent('a', 3);
    const order = (await claimTasks(db.database, { ...CLAIM, limit: 3 })).map((one) => one.taskId);
    expect(new Set(order)).toEqual(new Set([first.id, second.id, urgent.id]));
    await db.database.rows("update slots set state = 'idle', task_id = null, attempt = null");
    await db.database.rows(
      "update tasks set status = 'pending', agent_id = null, pod_name = null, slot_id = null",
    );
    const one = await claimTasks(db.database, { ...CLAIM, limit: 1 });
    expect(one.map((claimed) => claimed.taskId)).toEqual([urgent.id]);
  });

  it('starts no more tasks on an agent than its concurrency allows', async () => {
    await fleet.agent('a', 4, 2);
    const workspace = await fleet.workspace();
    for (let n = 0; n < 4; n += 1) {
      await fleet.task(workspace);
    }
    expect(await claimTasks(db.database, CLAIM)).toHaveLength(2);
    expect(await claimTasks(db.database, CLAIM)).toEqual([]);
  });

  it('starts confirmed applies of agents with room however many wait for one without', async () => {
    const applyQueued = async (): Promise<string> => {
      const taskId = await plannedTask(db.database, fleet);
      await confirmTask(db.database, {
        taskId,
        planHash: null,
        comment: null,
        actor: 'user:test',
        principal: 'key:test',
        isPerson: false,
      });
      return taskId;
    };
    await fleet.agent('busy', 3, 1);
    await applyQueued();
    await db.database.rows("update tasks set run_after = now() + interval '1 hour'");
    await applyQueued();
    await db.database.rows("update tasks set run_after = now() + interval '1 hour'");
    await fleet.task(await fleet.workspace());
    expect(await claimTasks(db.database, CLAIM)).toHaveLength(1);
    await fleet.agent('free', 1);
    const last = await applyQueued();
    await db.database.rows('update tasks set run_after = now()');
    expect(await claimTasks(db.database, { ...CLAIM, limit: 2 })).toMatchObject([
      { taskId: last, agentId: 'free', phase: 'apply' },
    ]);
  });

  it('takes confirmed applies alone where only they are asked for, beside a claim that is busy with plans', async () => {
    await fleet.agent('a', 3);
    const confirmed = await plannedTask(db.database, fleet);
    await fleet.task(await fleet.workspace());
    const asked = { taskId: confirmed, planHash: null, comment: null, actor: 'user:test' };
    await confirmTask(db.database, { ...asked, principal: 'key:test', isPerson: false });
    const claimed = await db.database.transaction(BULK_MS, async (sql) => {
      await sql.rows("select 1 from tasks where status = 'pending' for no key update");
      return claimTasks(db.database, { ...CLAIM, onlyApplies: true });
    });
    expect(claimed).toMatchObject([{ taskId: confirmed, phase: 'apply' }]);
    expect(await claimTasks(db.database, { ...CLAIM, onlyApplies: true })).toEqual([]);
    expect(await claimTasks(db.database, CLAIM)).toMatchObject([{ phase: 'plan' }]);
  });

  it('has one writing task of a workspace active at a time, and the next one when it ends', async () => {
    await fleet.agent('a', 4);
    const workspace = await fleet.workspace();
    const first = await fleet.task(workspace, 'plan_and_apply');
    const second = await fleet.task(workspace, 'plan_and_apply');
    const [claimed, ...others] = await claimTasks(db.database, CLAIM);
    expect(claimed?.taskId).toBe(first.id);
    expect(others).toEqual([]);
    if (claimed !== undefined) {
      await end(claimed);
    }
    expect(await claimTasks(db.database, CLAIM)).toMatchObject([{ taskId: second.id }]);
  });

  it('holds that also against a statement that forgets to ask', async () => {
    const workspace = await fleet.workspace();
    await fleet.task(workspace, 'plan_and_apply');
    const second = await fleet.task(workspace, 'plan_and_apply');
    await expect(
      db.database.rows('update tasks set lane_head = true where id = $1', [second.id]),
    ).rejects.toThrow('tasks_one_lane_head');
  });

  it.each([
    { claimers: 20, waiting: 10 },
    { claimers: 10, waiting: 1 },
  ])(
    'gives $waiting tasks to as many slots once each while $claimers claimers ask at once, 100 times in a row',
    async ({ claimers, waiting }) => {
      const other = await connect(db.url, 10);
      await fleet.agent('a', 10);
      await fleet.agent('b', 10);
      const workspace = await fleet.workspace();
      for (let round = 0; round < 100; round += 1) {
        const tasks = await Promise.all(Array.from({ length: waiting }, async () => fleet.task(workspace)));
        const claims = await Promise.all(
          Array.from({ length: claimers }, async (_, n) =>
            claimTasks(n % 2 === 0 ? db.database : other, CLAIM),
          ),
        );
        const assignments = claims.flat();
        expect(assignments.map((one) => one.taskId).sort()).toEqual(tasks.map((task) => task.id).sort());
        expect(new Set(assignments.map((one) => `${one.agentId}/${one.slotId}`)).size).toBe(waiting);
        await Promise.all(assignments.map(end));
      }
      await other.close();
    },
    120_000,
  );

  it('refuses the result of an attempt that is over', async () => {
    await fleet.agent('a', 1);
    const task = await fleet.task(await fleet.workspace());
    const [assignment] = await claimTasks(db.database, CLAIM);
    const stale = {
      taskId: task.id,
      attempt: 7,
      phase: 'plan',
      changes: null,
      record: {},
      actor: 'agent:a',
    } as const;
    expect(await finishTask(db.database, stale)).toBeNull();
    expect(assignment?.attempt).toBe(1);
  });
});
