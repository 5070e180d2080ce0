import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitingReason, type WaitingReason } from '@berth/domain';
import { confirmTask, lockState, readWaitingFacts, unlockState, type StateCaller } from '@berth/persistence';
import { reportFailure } from '../support/its-agent.js';
import { Fleet } from '../support/fleet.js';
import { accept, beginApply, claim, plannedTask } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const ADA = { lockId: 'lock-1', info: { ID: 'lock-1', Operation: 'OperationTypeApply', Who: 'ada@laptop' } };
const PERSON: StateCaller = { actor: 'user:ada', task: null };
const AT_ONCE = { firstDelayMs: 0, maxDelayMs: 0 };

describe('a state that a person has locked', () => {
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

  async function lock(workspaceId: string, caller = PERSON): Promise<void> {
    const answer = await lockState(db.database, fleet.organizationId, workspaceId, caller, ADA);
    expect(answer).toEqual({ outcome: 'held' });
  }

  async function claimed(): Promise<string[]> {
    return (await claim(db.database)).map(({ taskId }) => taskId);
  }

  async function reasonOf(taskId: string): Promise<WaitingReason | null> {
    const facts = (await readWaitingFacts(db.database, [taskId])).get(taskId);
    return facts === undefined ? null : waitingReason(facts);
  }

  async function workspaceOf(taskId: string): Promise<string> {
    const [row] = await db.database.rows<{ id: string }>(
      'select workspace_id as id from tasks where id = $1',
      [taskId],
    );
    return row?.id ?? '';
  }

  async function slots(): Promise<string[]> {
    const rows = await db.database.rows<{ state: string }>('select state from slots order by slot_id');
    return rows.map(({ state }) => state);
  }

  it.each(['plan_and_apply', 'destroy'] as const)(
    'keeps a %s waiting without a slot, which says who has it, until it is free',
    async (operation) => {
      await fleet.agent('a', 1);
      const workspace = await fleet.workspace();
      await lock(workspace);
      const task = await fleet.task(workspace, operation);

      expect(await claimed()).toEqual([]);
      expect(await slots()).toEqual(['idle']);
      expect(await reasonOf(task.id)).toEqual({
        code: 'STATE_LOCKED',
        message: expect.stringMatching(
          /^the lock of its workspace's state is held by ada@laptop for OperationTypeApply since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ; /,
        ),
        taskId: null,
      });
      await unlockState(db.database, workspace, null);
      expect(await reasonOf(task.id)).toMatchObject({ code: 'CLAIM_DUE' });
      expect(await claimed()).toEqual([task.id]);
    },
  );

  it('keeps neither a plan nor another workspace waiting', async () => {
    await fleet.agent('a', 3);
    const workspace = await fleet.workspace();
    await lock(workspace);
    const writing = await fleet.task(workspace, 'plan_and_apply');
    const plan = await fleet.task(workspace, 'plan');
    const other = await fleet.task(await fleet.workspace(), 'plan_and_apply');

    const taken = await claimed();
    expect(taken.sort()).toEqual([plan.id, other.id].sort());
    expect(await reasonOf(writing.id)).toMatchObject({ code: 'STATE_LOCKED' });
  });

  it('hides no other workspace, however many tasks wait for one', async () => {
    await fleet.agent('a', 1);
    for (let count = 0; count < 5; count += 1) {
      const workspace = await fleet.workspace();
      await lock(workspace);
      await fleet.task(workspace, 'plan_and_apply', { priority: 10 });
    }
    const free = await fleet.task(await fleet.workspace(), 'plan_and_apply');

    expect(await claimed()).toEqual([free.id]);
  });

  it('lets a confirmed apply keep its slot and its confirmation', async () => {
    await fleet.agent('a', 1);
    const task = await plannedTask(db.database, fleet);
    const workspace = await workspaceOf(task);
    await lock(workspace);
    await confirmTask(db.database, {
      taskId: task,
      planHash: null,
      comment: null,
      actor: 'user:test',
      principal: 'key:test',
      isPerson: false,
    });

    expect(await claimed()).toEqual([]);
    expect(await slots()).toEqual(['reserved']);
    expect(await reasonOf(task)).toMatchObject({
      code: 'STATE_LOCKED',
      message: expect.stringContaining('ada@laptop'),
    });
    await unlockState(db.database, workspace, ADA.lockId);
    const [assignment] = await claim(db.database);
    expect(assignment).toMatchObject({ taskId: task, phase: 'apply' });
  });

  it('is no lock for the attempt that holds it itself', async () => {
    await fleet.agent('a', 1);
    const workspace = await fleet.workspace();
    const task = await fleet.task(workspace, 'plan_and_apply');
    const [assignment] = await claim(db.database);
    await accept(db.database, assignment!);
    await lock(workspace, { actor: 'agent:a', task: { taskId: task.id, attempt: 1, phase: 'plan' } });
    await db.database.rows("update slots set state = 'idle', task_id = null, attempt = null");
    await db.database.rows(
      "update tasks set status = 'pending', agent_id = null, pod_name = null, slot_id = null",
    );

    expect(await claimed()).toEqual([task.id]);
  });

  it('that comes in between plan and apply costs no retry: it plans again when the state is free', async () => {
    await fleet.agent('a', 1);
    const { taskId, workspaceId, attempt } = await beginApply(
      db.database,
      await plannedTask(db.database, fleet),
    );
    await lock(workspaceId);
    const failure = {
      code: 'TERRAFORM_STATE_LOCKED',
      class: 'transient',
      message: 'ada@laptop holds the lock of the state.',
    } as const;
    const report = { taskId, attempt, failure, interrupted: false, stopped: false, record: {} };

    expect(await reportFailure(db.database, { ...report, actor: 'agent:a' }, AT_ONCE)).toMatchObject({
      status: 'pending',
      phase: 'plan',
      retries: 0,
    });
    expect(await claimed()).toEqual([]);
    expect(await reasonOf(taskId)).toMatchObject({ code: 'STATE_LOCKED' });
    await unlockState(db.database, workspaceId, null);
    expect(await claimed()).toEqual([taskId]);
  });

  it('that comes in between claim and plan is named in the error with its true holder', async () => {
    await fleet.agent('a', 1);
    const workspace = await fleet.workspace();
    await fleet.task(workspace, 'plan_and_apply');
    const [assignment] = await claim(db.database);
    await accept(db.database, assignment!);
    await lock(workspace);
    const failure = {
      code: 'TERRAFORM_STATE_LOCKED',
      class: 'transient',
      message: 'Error acquiring the state lock: ID=lock-1. Somebody else holds the lock of the state.',
    } as const;
    const report = { ...assignment!, failure, interrupted: false, stopped: false, record: {} };

    expect(await reportFailure(db.database, { ...report, actor: 'agent:a' }, AT_ONCE)).toMatchObject({
      status: 'pending',
      retries: 0,
      error: {
        code: 'TERRAFORM_STATE_LOCKED',
        message: expect.stringMatching(
          /Somebody else holds the lock of the state: ada@laptop for OperationTypeApply since \S+Z\. The task is tried again /,
        ),
      },
    });
  });
});
