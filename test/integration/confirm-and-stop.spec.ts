import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  acceptTask,
  claimTasks,
  confirmTask,
  expireReservations,
  registerAgent,
  releaseTask,
  stopAgent,
  stopTask,
  writeState,
  lockState,
  type Assignment,
  type TaskRow,
} from '@berth/persistence';
import { finishPlan, recordLateResult } from '../support/its-agent.js';
import { beginSession } from '../support/speakers.js';
import { Fleet, LIMITS, loseSilentAgents, RETRY, noneFails } from '../support/fleet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';
import { waitFor } from '../support/wait-for.js';

const CLAIM = { limit: 100, leaseSeconds: 30 };
const HASH = 'a'.repeat(64);

describe('a reserved plan', () => {
  let db: TestDatabase;
  let fleet: Fleet;
  let session: string;

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

  async function planned(): Promise<TaskRow> {
    session = await fleet.agent('a', 1);
    const task = await fleet.task(await fleet.workspace(), 'plan_and_apply');
    const [assignment] = await claimTasks(db.database, CLAIM);
    await accept(assignment);
    await finishPlan(db.database, {
      taskId: task.id,
      attempt: 1,
      planHash: HASH,
      hasChanges: true,
      changes: { add: 1, change: 0, destroy: 0 },
      record: {},
      reservationSeconds: 60,
      actor: 'agent:a',
    });
    return read(task.id);
  }

  async function accept(assignment: Assignment | undefined): Promise<void> {
    if (assignment === undefined) {
      throw new Error('nothing was claimed');
    }
    expect(await acceptTask(db.database, { ...assignment, sessionId: session })).not.toBeNull();
  }

  async function read(id: string): Promise<TaskRow> {
    const [row] = await db.database.rows<TaskRow>(
      'select id, status, attempt, agent_id as "agentId", slot_id as "slotId", retries, error, workspace_id as "workspaceId" from tasks where id = $1',
      [id],
    );
    if (row === undefined) {
      throw new Error('the task is gone');
    }
    return row;
  }

  async function slot(): Promise<object | undefined> {
    const [row] = await db.database.rows<object>('select state, task_id as "taskId" from slots');
    return row;
  }

  const confirm = async (taskId: string, planHash: string | null = null) =>
    confirmTask(db.database, {
      taskId,
      planHash,
      comment: null,
      actor: 'user:test',
      principal: 'key:test',
      isPerson: false,
    });
  const stop = async (taskId: string, request: 'cancel' | 'discard' | 'force_cancel') =>
    stopTask(db.database, { taskId, request, comment: null, actor: 'user:test' });

  it('is applied in its own slot after the confirmation', async () => {
    const task = await planned();
    expect(await slot()).toEqual({ state: 'reserved', taskId: task.id });
    expect((await confirm(task.id))?.moved).toBe(true);
    expect(await claimTasks(db.database, CLAIM)).toMatchObject([
      { taskId: task.id, attempt: 2, slotId: 1, phase: 'apply' },
    ]);
  });

  it('is confirmed for the plan that the person saw, and for no other', async () => {
    const task = await planned();
    expect((await confirm(task.id, 'b'.repeat(64)))?.moved).toBe(false);
    expect((await confirm(task.id, HASH))?.moved).toBe(true);
  });

  /** Its reservation ends, it is confirmed, and plans again with another hash. */
  async function plannedAgain(taskId: string, planHash: string): Promise<void> {
    await db.database.rows("update slots set reserved_until = now() - interval '1 second'");
    expect(await expireReservations(db.database, 10)).toBe(1);
    expect((await confirm(taskId, (await planHashOf(taskId)) ?? null))?.task.status).toBe('pending');
    await planAgain(taskId, planHash);
  }

  async function planAgain(taskId: string, planHash: string): Promise<void> {
    // A claim passes over what somebody else looks at in this moment.
    await accept(await waitFor('the claim', async () => (await claimTasks(db.database, CLAIM))[0]));
    const { attempt } = await read(taskId);
    const more = { record: {}, reservationSeconds: 60, actor: 'agent:a' };
    const changes = { add: 1, change: 0, destroy: 0 };
    await finishPlan(db.database, { taskId, attempt, planHash, hasChanges: true, changes, ...more });
  }

  const planHashOf = async (taskId: string): Promise<string | undefined> =>
    (
      await db.database.rows<{ hash: string }>('select plan_hash as hash from tasks where id = $1', [taskId])
    )[0]?.hash;

  it('that was made again is confirmed by its hash alone, which the refusal of any other word names', async () => {
    const task = await planned();
    const again = 'b'.repeat(64);
    await plannedAgain(task.id, again);
    for (const hash of [null, HASH]) {
      expect(await confirm(task.id, hash)).toMatchObject({
        moved: false,
        task: { status: 'apply_pending', planHash: again },
      });
    }
    expect(await confirm(task.id, again)).toMatchObject({ moved: true, task: { status: 'apply_queued' } });
  });

  it('that was made again with the same hash wants it named all the same, and so does a third one', async () => {
    const task = await planned();
    await plannedAgain(task.id, HASH);
    expect(await confirm(task.id)).toMatchObject({ moved: false });
    const third = 'c'.repeat(64);
    await plannedAgain(task.id, third);
    expect(await confirm(task.id)).toMatchObject({ moved: false, task: { planHash: third } });
    expect(await confirm(task.id, HASH)).toMatchObject({ moved: false });
    expect(await confirm(task.id, third)).toMatchObject({ moved: true });
  });

  it('is never applied by a word for the plan before it, however close the two come', async () => {
    for (let time = 0; time < 20; time += 1) {
      const again = time.toString(16).padStart(64, 'd');
      const task = await planned();
      await db.database.rows("update agent_heartbeats set at = now() - interval '1 minute'");
      const words = Array.from({ length: 4 }, async (_, n) => confirm(task.id, n % 2 === 0 ? HASH : null));
      await Promise.all([...words, loseSilentAgents(db.database, LIMITS, RETRY)]);
      expect(await read(task.id)).toMatchObject({ status: 'pending' });
      session = await fleet.agent('a', 1);
      const late = Array.from({ length: 4 }, async (_, n) => confirm(task.id, n % 2 === 0 ? HASH : null));
      const [, ...answers] = await Promise.all([planAgain(task.id, again), ...late]);
      expect(answers.map((one) => one?.moved)).toEqual([false, false, false, false]);
      expect(await read(task.id)).toMatchObject({ status: 'apply_pending' });
      expect(await confirm(task.id, again)).toMatchObject({ moved: true });
      await db.database.rows('truncate agents, slots, agent_heartbeats, tasks, workspaces cascade');
    }
  }, 60_000);

  it('goes back to its reservation when the message to the agent was not queued', async () => {
    const task = await planned();
    await confirm(task.id);
    await claimTasks(db.database, CLAIM);
    const release = {
      taskId: task.id,
      attempt: 2,
      delayMs: 0,
      countsAsRetry: false,
      failure: null,
      actor: 'scheduler',
      message: 'returned',
    };
    expect((await releaseTask(db.database, release))?.status).toBe('apply_queued');
    expect(await slot()).toEqual({ state: 'reserved', taskId: task.id });
    expect(await releaseTask(db.database, release)).toBeNull();
    expect(await claimTasks(db.database, CLAIM)).toMatchObject([{ taskId: task.id, attempt: 3, slotId: 1 }]);
  });

  it('stays for a person when its reservation ends, and plans again when confirmed then', async () => {
    const task = await planned();
    await db.database.rows("update slots set reserved_until = now() - interval '1 second'");
    expect(await expireReservations(db.database, 10)).toBe(1);
    expect(await slot()).toEqual({ state: 'idle', taskId: null });
    expect((await read(task.id)).status).toBe('apply_pending');
    expect((await confirm(task.id))?.task.status).toBe('pending');
  });

  it('plans again when its agent is silent for too long, and a given confirmation is void', async () => {
    const task = await planned();
    await confirm(task.id);
    await db.database.rows("update agent_heartbeats set at = now() - interval '1 minute'");
    expect(await loseSilentAgents(db.database, LIMITS, RETRY)).toEqual(['a']);
    expect(await read(task.id)).toMatchObject({
      status: 'pending',
      attempt: 1,
      agentId: null,
      slotId: null,
      retries: 0,
      error: null,
    });
    const [event] = await db.database.rows<{ message: string }>(
      "select message from task_events where event = 'replan'",
    );
    expect(event?.message).toContain('the confirmation is void');
  });

  it('plans again when the agent says goodbye, unless its disk stays', async () => {
    const task = await planned();
    const farewell = { agentId: 'a', podName: 'pod-a', sessionId: session };
    expect(await stopAgent(db.database, { ...farewell, keepsSlots: true }, RETRY, noneFails)).toBe(true);
    expect((await read(task.id)).status).toBe('apply_pending');
    expect(await stopAgent(db.database, { ...farewell, keepsSlots: false }, RETRY, noneFails)).toBe(true);
    expect((await read(task.id)).status).toBe('pending');
  });

  it('survives a restart of its agent in the same pod, and no other restart', async () => {
    const task = await planned();
    const register = async (podName: string, held: { taskId: string; attempt: number; slotId: number }[]) => {
      const [row] = await db.database.rows<{ id: string }>(
        `insert into agent_sessions (organization_id, pool_id, agent_id, pod_name, slots, concurrency, version)
         values ($1, $2, 'a', $3, 1, 1, 'test') returning id`,
        [fleet.organizationId, fleet.poolId, podName],
      );
      const registration = {
        agentId: 'a',
        podName,
        sessionId: row?.id ?? '',
        slots: 1,
        concurrency: 1,
        version: 'test',
        held,
        applying: [],
        notBegun: [],
        reported: [],
      };
      return registerAgent(db.database, registration, RETRY);
    };
    const held = [{ taskId: task.id, attempt: 1, slotId: 1 }];
    expect(await register('pod-a', held)).toEqual({ release: [], lost: 0 });
    expect((await read(task.id)).status).toBe('apply_pending');
    expect(await register('pod-b', held)).toEqual({ release: held, lost: 1 });
    expect((await read(task.id)).status).toBe('pending');
  });

  it('goes on where a restarted agent took it before it was registered', async () => {
    const task = await planned();
    await confirm(task.id);
    const [assignment] = await claimTasks(db.database, CLAIM);
    session = await beginSession(db.database, {
      organizationId: fleet.organizationId,
      poolId: fleet.poolId,
      agentId: 'a',
      podName: 'pod-a',
      slots: 1,
      concurrency: 1,
      version: 'test',
    });
    await accept(assignment);
    const registration = {
      agentId: 'a',
      podName: 'pod-a',
      sessionId: session,
      slots: 1,
      concurrency: 1,
      version: 'test',
      held: [],
      applying: [],
      notBegun: [],
      reported: [],
    };
    expect(await registerAgent(db.database, registration, RETRY)).toEqual({ release: [], lost: 0 });
    expect(await read(task.id)).toMatchObject({ status: 'applying', attempt: 2 });
  });

  it('fails as unknown when the agent is lost while it applies, and asks for attention', async () => {
    const task = await planned();
    await confirm(task.id);
    const [assignment] = await claimTasks(db.database, CLAIM);
    await accept(assignment);
    await db.database.rows("update agent_heartbeats set at = now() - interval '1 minute'");
    await loseSilentAgents(db.database, LIMITS, RETRY);
    expect(await read(task.id)).toMatchObject({
      status: 'failed',
      error: { code: 'AGENT_LOST_DURING_APPLY' },
    });
    const [workspace] = await db.database.rows<object>('select needs_attention from workspaces');
    expect(workspace).toEqual({ needs_attention: true });
  });

  it('takes the state and the result of an agent that was taken for lost, until a person has taken over', async () => {
    const task = await planned();
    const behind = await fleet.task(String(task.workspaceId), 'plan_and_apply');
    await confirm(task.id);
    const [assignment] = await claimTasks(db.database, CLAIM);
    await accept(assignment);
    const { organizationId } = fleet;
    const workspaceId = String(task.workspaceId);
    const caller = { actor: 'task', task: { taskId: task.id, attempt: 2, phase: 'apply' as const } };
    await lockState(db.database, organizationId, workspaceId, caller, { lockId: 'its own', info: {} });
    await db.database.rows("update agent_heartbeats set at = now() - interval '1 minute'");
    await loseSilentAgents(db.database, LIMITS, RETRY);
    const write = async (attempt: number) =>
      writeState(db.database, {
        organizationId,
        workspaceId,
        caller: { actor: 'task', task: { taskId: task.id, attempt, phase: 'apply' } },
        lockId: 'its own',
        writer: 'run',
        serial: 1n,
        lineage: 'x',
        sha256: 'x',
        sizeBytes: 1,
        sealedContent: Buffer.from('x'),
      });
    expect((await write(2)).outcome).toBe('stored');
    expect((await write(1)).outcome).toBe('stale');
    // Nobody may begin to write before somebody has looked.
    await fleet.agent('b', 1);
    expect(await claimTasks(db.database, CLAIM)).toEqual([]);
    const late = { taskId: task.id, attempt: 2, phase: 'apply', record: {}, actor: 'agent:a' } as const;
    expect(
      await recordLateResult(db.database, { ...late, nothingToLookAt: false, message: 'it failed' }),
    ).toBe(true);
    expect(await claimTasks(db.database, CLAIM)).toEqual([]);
    expect(
      await recordLateResult(db.database, { ...late, nothingToLookAt: true, message: 'it was applied' }),
    ).toBe(true);
    const { status, error } = await read(task.id);
    expect(status).toBe('failed');
    expect(error).toMatchObject({ message: expect.stringContaining('it was applied') });
    expect(await claimTasks(db.database, CLAIM)).toMatchObject([{ taskId: behind.id, agentId: 'b' }]);
    expect((await write(2)).outcome).toBe('stale');
    expect(await recordLateResult(db.database, { ...late, nothingToLookAt: true, message: 'again' })).toBe(
      false,
    );
  });

  it.each(['cancel', 'discard'] as const)('ends at once with %s, and frees its slot', async (request) => {
    const task = await planned();
    expect(await stop(task.id, request)).toMatchObject({ moved: true, agentMustStop: false });
    expect((await read(task.id)).status).toBe(request === 'cancel' ? 'cancelled' : 'discarded');
    expect(await slot()).toEqual({ state: 'idle', taskId: null });
    expect((await confirm(task.id))?.moved).toBe(false);
  });

  it('is won by exactly one of confirm, discard and cancel, 30 times in a row', async () => {
    for (let round = 0; round < 30; round += 1) {
      const task = await planned();
      const answers = await Promise.all([
        confirm(task.id),
        stop(task.id, 'discard'),
        stop(task.id, 'cancel'),
      ]);
      const winners = answers.filter((answer) => answer?.moved === true).length;
      const { status } = await read(task.id);
      // A confirmed task may still be cancelled; a cancelled or discarded one nothing can happen to.
      expect(['apply_queued', 'cancelled', 'discarded']).toContain(status);
      expect(winners).toBe(answers[0]?.moved === true && status !== 'apply_queued' ? 2 : 1);
      await db.database.rows('truncate agents, slots, agent_heartbeats, tasks, workspaces cascade');
    }
  }, 60_000);
});
