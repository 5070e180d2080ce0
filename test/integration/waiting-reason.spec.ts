import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitingReason, type WaitingReason } from '@berth/domain';
import { confirmTask, expireReservations, readWaitingFacts, releaseTask } from '@berth/persistence';
import { refuseTask, reportFailure } from '../support/its-agent.js';
import { Fleet } from '../support/fleet.js';
import { accept, claim, plannedTask } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const SLOW_RETRY = { firstDelayMs: 60_000, maxDelayMs: 60_000 };

describe('a task that has not started says why', () => {
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

  async function reasonOf(taskId: string): Promise<WaitingReason | null> {
    const facts = (await readWaitingFacts(db.database, [taskId])).get(taskId);
    return facts === undefined ? null : waitingReason(facts);
  }

  async function pendingTask(): Promise<string> {
    return (await fleet.task(await fleet.workspace())).id;
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

  it('when it stands behind another task of its workspace', async () => {
    await fleet.agent('a', 2);
    const workspace = await fleet.workspace();
    const first = await fleet.task(workspace, 'plan_and_apply');
    const second = await fleet.task(workspace, 'plan_and_apply');
    await claim(db.database);
    expect(await reasonOf(second.id)).toEqual({
      code: 'BEHIND_TASK',
      message: `behind task ${first.id} of its workspace, which is assigned`,
      taskId: first.id,
    });
  });

  it('when a person has to look at its workspace, before or after its plan', async () => {
    await fleet.agent('a', 1);
    const planned = await plannedTask(db.database, fleet);
    const [row] = await db.database.rows<{ workspaceId: string }>(
      'update workspaces set needs_attention = true returning id as "workspaceId"',
    );
    const { id: queued } = await fleet.task(row?.workspaceId ?? '', 'plan_and_apply');
    const { id: plan } = await fleet.task(row?.workspaceId ?? '', 'plan');
    expect(await reasonOf(planned)).toMatchObject({ code: 'WORKSPACE_NEEDS_ATTENTION' });
    expect(await reasonOf(queued)).toMatchObject({ code: 'WORKSPACE_NEEDS_ATTENTION' });
    expect(await reasonOf(plan)).toMatchObject({ code: 'NO_IDLE_SLOT' });
  });

  it('when no agent is alive', async () => {
    const task = await pendingTask();
    expect(await reasonOf(task)).toEqual({
      code: 'NO_AGENT',
      message: 'no agent is alive in pool "default"',
    });
    await fleet.agent('a', 2);
    await fleet.agent('b', 2);
    await db.database.rows("update agents set status = case id when 'a' then 'suspect' else 'draining' end");
    expect((await reasonOf(task))?.message).toBe(
      'no agent is alive in pool "default" (agents: 1 suspect, 1 draining)',
    );
  });

  it('when the agents with room do not keep runs apart as their pool demands', async () => {
    await fleet.agent('weak', 2);
    const task = await pendingTask();
    await db.database.rows("update pools set run_isolation = 'sandbox' where id = $1", [fleet.poolId]);
    try {
      expect(await claim(db.database)).toEqual([]);
      expect(await reasonOf(task)).toEqual({
        code: 'NO_AGENT',
        message:
          'no agent of pool "default" keeps runs apart as it demands (sandbox): the alive one is passed over',
      });
      await fleet.agent('strong', 1, 1, 'pod-strong', 'sandbox');
      expect(await reasonOf(task)).toMatchObject({ code: 'CLAIM_DUE' });
      expect(await claim(db.database)).toMatchObject([{ taskId: task, agentId: 'strong' }]);
      expect((await reasonOf(await pendingTask()))?.message).toBe(
        'no idle slot in pool "default": 0 reserved, 1 running (agents: 1 without the isolation "sandbox")',
      );
    } finally {
      await db.database.rows('update pools set run_isolation = null where id = $1', [fleet.poolId]);
    }
  });

  it('when no slot is idle, of alive agents of its pool', async () => {
    await fleet.agent('a', 3);
    await plannedTask(db.database, fleet);
    await plannedTask(db.database, fleet);
    await pendingTask();
    await claim(db.database);
    await fleet.agent('b', 5);
    await db.database.rows("update agents set status = 'suspect' where id = 'b'");
    expect(await reasonOf(await pendingTask())).toEqual({
      code: 'NO_IDLE_SLOT',
      message: 'no idle slot in pool "default": 2 reserved, 1 running (agents: 1 suspect)',
    });
  });

  it('when the agents are at their concurrency', async () => {
    await fleet.agent('a', 4, 1);
    await fleet.agent('b', 4, 1);
    await pendingTask();
    await pendingTask();
    const task = await pendingTask();
    expect(await claim(db.database)).toHaveLength(2);
    expect(await reasonOf(task)).toEqual({
      code: 'AGENTS_BUSY',
      message: 'all 2 agents of pool "default" are at their concurrency: 2 running',
    });
  });

  it('when it is to be tried again', async () => {
    await fleet.agent('a', 1);
    const task = await pendingTask();
    const [assignment] = await claim(db.database);
    await accept(db.database, assignment!);
    expect(await reasonOf(task)).toBeNull();
    const failure = { code: 'TEST', class: 'transient', message: 'the provider timed out' } as const;
    await reportFailure(
      db.database,
      { ...assignment!, failure, interrupted: false, stopped: false, record: {}, actor: 'agent:a' },
      SLOW_RETRY,
    );
    expect(await reasonOf(task)).toEqual({
      code: 'RETRY_LATER',
      message: expect.stringMatching(/^retry in [3-6]\d s after "the provider timed out"$/),
    });
  });

  it('when its assignment reached nobody, or waits to be accepted', async () => {
    await fleet.agent('a', 1);
    const task = await pendingTask();
    await claim(db.database);
    expect(await reasonOf(task)).toEqual({
      code: 'NOT_ACCEPTED',
      message: 'assigned to a, slot 1; not accepted yet',
    });
    const release = { countsAsRetry: false, failure: null, actor: 'scheduler', message: 'returned' };
    await releaseTask(db.database, { taskId: task, attempt: 1, delayMs: 60_000, ...release });
    expect(await reasonOf(task)).toEqual({
      code: 'RETRY_LATER',
      message: 'queued again, offered again in 60 s',
    });
  });

  it('when a person has to confirm, with the reservation and after it', async () => {
    await fleet.agent('a', 1);
    const task = await plannedTask(db.database, fleet);
    expect(await reasonOf(task)).toEqual({
      code: 'CONFIRMATION',
      message: expect.stringMatching(/^waits for a person; its slot is reserved until 20.+Z$/),
    });
    await db.database.rows("update slots set reserved_until = now() - interval '1 second'");
    await expireReservations(db.database, 10);
    expect(await reasonOf(task)).toEqual({
      code: 'CONFIRMATION_PLANS_AGAIN',
      message: 'waits for a person; its reservation has ended, so confirming plans again first',
    });
  });

  it('when it is confirmed and its agent is not ready', async () => {
    await fleet.agent('a', 2, 1);
    const task = await plannedTask(db.database, fleet);
    await confirm(task);
    expect((await reasonOf(task))?.code).toBe('CLAIM_DUE');
    await db.database.rows("update agents set status = 'suspect'");
    expect(await reasonOf(task)).toEqual({
      code: 'RESERVED_SLOTS_AGENT',
      message: 'confirmed; waits for a, which has its reserved slot 1: the agent is suspect',
    });
  });

  it('when it is confirmed and its agent is at its concurrency', async () => {
    await fleet.agent('a', 2, 1);
    const task = await plannedTask(db.database, fleet);
    await pendingTask();
    expect(await claim(db.database)).toHaveLength(1);
    await confirm(task);
    expect(await claim(db.database)).toEqual([]);
    expect(await reasonOf(task)).toEqual({
      code: 'RESERVED_SLOTS_AGENT',
      message:
        'confirmed; waits for a, which has its reserved slot 1: the agent is at its concurrency (1 running)',
    });
  });

  it('when the agent with its reserved slot has refused it for now', async () => {
    await fleet.agent('a', 1);
    const task = await plannedTask(db.database, fleet);
    await confirm(task);
    await claim(db.database);
    const failure = { code: 'DISK_FULL', class: 'transient', message: 'the disk is full' } as const;
    await refuseTask(db.database, { taskId: task, attempt: 2, failure, actor: 'agent:a' }, SLOW_RETRY);
    expect(await reasonOf(task)).toEqual({
      code: 'RETRY_LATER',
      message: expect.stringMatching(/^retry in [3-6]\d s after "the disk is full"$/),
    });
  });

  it('when nothing is in its way', async () => {
    await fleet.agent('a', 1);
    expect((await reasonOf(await pendingTask()))?.code).toBe('CLAIM_DUE');
  });

  it('for a page of tasks in one round trip', async () => {
    await fleet.agent('a', 2);
    const waiting = await plannedTask(db.database, fleet);
    const pending = await pendingTask();
    const facts = await readWaitingFacts(db.database, [waiting, pending]);
    expect([waiting, pending].map((id) => waitingReason(facts.get(id)!)?.code)).toEqual([
      'CONFIRMATION',
      'CLAIM_DUE',
    ]);
  });
});
