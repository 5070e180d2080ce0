import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { APPLY_NOT_BEGUN, SLOT_BUSY } from '@berth/domain';
import {
  confirmTask,
  recordHeartbeat,
  readMissing,
  recoverMissing,
  registerAgent,
  stopTask,
  type Assignment,
  type HeldSlot,
  type OwnedAttempt,
} from '@berth/persistence';
import { finishTask, refuseTask, reportFailure } from '../support/its-agent.js';
import { beginSession } from '../support/speakers.js';
import { Fleet, LIMITS, loseSilentAgents, RETRY, noneFails } from '../support/fleet.js';
import { accept, claim, plannedTask } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';
import { waitFor } from '../support/wait-for.js';

describe('an apply that has begun', () => {
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

  async function confirmed(): Promise<Assignment> {
    await fleet.agent('a', 1);
    const taskId = await plannedTask(db.database, fleet);
    await confirmTask(db.database, {
      taskId,
      planHash: null,
      comment: null,
      actor: 'user:test',
      principal: 'key:test',
      isPerson: false,
    });
    const [assignment] = await claim(db.database);
    if (assignment === undefined) {
      throw new Error('the apply was not claimed');
    }
    return assignment;
  }

  async function applying(): Promise<string> {
    const assignment = await confirmed();
    await accept(db.database, assignment);
    return assignment.taskId;
  }

  async function restarted(
    applying: readonly HeldSlot[],
    { reported = [] as readonly OwnedAttempt[], notBegun = [] as readonly HeldSlot[] } = {},
  ): Promise<{ lost: number; sessionId: string }> {
    const agent = { agentId: 'a', podName: 'pod-a', slots: 1, concurrency: 1, version: 'test' };
    const { organizationId, poolId } = fleet;
    const sessionId = await beginSession(db.database, { organizationId, poolId, ...agent });
    const registration = { ...agent, sessionId, held: [], applying, notBegun, reported };
    const registered = await registerAgent(db.database, registration, RETRY);
    return { lost: registered?.lost ?? -1, sessionId };
  }

  async function isAnyWaiting(): Promise<boolean> {
    const waiting = await db.database.rows(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return waiting.length > 0;
  }

  const owner = async (taskId: string) =>
    db.database.rows('select status, session_id as "sessionId" from tasks where id = $1', [taskId]);

  it('is the new process’s where it goes on while the agent is restarted, and lost where it does not', async () => {
    const taskId = await applying();
    const first = await restarted([{ taskId, attempt: 2, slotId: 1 }]);
    expect(first.lost).toBe(0);
    expect(await owner(taskId)).toEqual([{ status: 'applying', sessionId: first.sessionId }]);
    expect((await restarted([{ taskId, attempt: 1, slotId: 1 }])).lost).toBe(1);
    expect(await owner(taskId)).toMatchObject([{ status: 'failed' }]);
  });

  it('is the new process’s where it has ended, and its result is still on the way', async () => {
    const taskId = await applying();
    const { lost, sessionId } = await restarted([], { reported: [{ taskId, attempt: 2 }] });
    expect(lost).toBe(0);
    expect(await owner(taskId)).toEqual([{ status: 'applying', sessionId }]);
    const result = {
      taskId,
      attempt: 2,
      phase: 'apply' as const,
      changes: null,
      record: {},
      actor: 'agent:a',
    };
    expect(await finishTask(db.database, result)).toMatchObject({ status: 'succeeded' });
    expect((await restarted([], { reported: [{ taskId, attempt: 2 }] })).lost).toBe(0);
  });

  const NOT_BEGUN = { taskId: '', attempt: 2, slotId: 1 };

  it('plans again and asks again where its agent says after a restart that terraform was never started', async () => {
    const taskId = await applying();
    const { lost } = await restarted([], { notBegun: [{ ...NOT_BEGUN, taskId }] });
    expect(lost).toBe(1);
    const tasks = await db.database.rows(
      'select status, phase, retries, confirmed_at as "confirmedAt", error from tasks where id = $1',
      [taskId],
    );
    expect(tasks).toEqual([{ status: 'pending', phase: 'plan', retries: 0, confirmedAt: null, error: null }]);
    const [told] = await db.database.rows<{ message: string }>(
      "select message from task_events where task_id = $1 and event = 'retry'",
      [taskId],
    );
    expect(told?.message).toContain('ended before terraform was started');
    expect(await claim(db.database)).toMatchObject([{ taskId, attempt: 3, phase: 'plan', agentId: 'a' }]);
  });

  it('is unknown where its agent says so of another attempt, or goes on where it has outputs all the same', async () => {
    const taskId = await applying();
    const named = { ...NOT_BEGUN, taskId };
    expect((await restarted([named], { notBegun: [named] })).lost).toBe(0);
    expect(await owner(taskId)).toMatchObject([{ status: 'applying' }]);
    expect((await restarted([], { notBegun: [{ ...named, attempt: 1 }] })).lost).toBe(1);
    expect(await owner(taskId)).toMatchObject([{ status: 'failed' }]);
  });

  it('needs nobody to look where its agent says so only after it was taken for lost', async () => {
    const taskId = await applying();
    await db.database.rows("update agent_heartbeats set at = now() - interval '1 minute'");
    await loseSilentAgents(db.database, LIMITS, RETRY);
    const attention = async () =>
      db.database.rows(
        'select w.needs_attention as needed from workspaces w join tasks t on t.workspace_id = w.id',
      );
    expect(await attention()).toEqual([{ needed: true }]);
    await restarted([], { notBegun: [{ ...NOT_BEGUN, taskId, attempt: 1 }] });
    expect(await attention()).toEqual([{ needed: true }]);
    await restarted([], { notBegun: [{ ...NOT_BEGUN, taskId }] });
    expect(await attention()).toEqual([{ needed: false }]);
    const [task] = await db.database.rows<{ status: string; error: { message: string } }>(
      'select status, error from tasks where id = $1',
      [taskId],
    );
    expect(task?.status).toBe('failed');
    expect(task?.error.message).toContain('Later the agent came back: terraform was never started');
  });

  it('is left alone where the new process has accepted it while its registration is at work', async () => {
    const { taskId } = await confirmed();
    const registration = new Promise<{ lost: number; sessionId: string }>((resolve, reject) => {
      db.database
        .transaction(5_000, async (sql) => {
          await sql.rows('select 1 from workspaces for no key update');
          restarted([], { notBegun: [{ ...NOT_BEGUN, taskId }] }).then(resolve, reject);
          await waitFor('the registration to wait for the workspace', isAnyWaiting);
          await sql.rows(
            `update tasks set status = 'applying', session_id =
               (select id from agent_sessions where agent_id = 'a' and ended_at is null) where id = $1`,
            [taskId],
          );
        })
        .catch(reject);
    });
    const { lost, sessionId } = await registration;
    expect(lost).toBe(0);
    expect(await owner(taskId)).toEqual([{ status: 'applying', sessionId }]);
  });

  /** What an agent says that has to stop before the apply has changed anything. */
  const stoppedWithItsAgent = (taskId: string) =>
    ({
      taskId,
      attempt: 2,
      failure: { code: APPLY_NOT_BEGUN, class: 'permanent', message: 'Nothing was changed.' },
      interrupted: true,
      stopped: false,
      record: {},
      actor: 'agent:a',
    }) as const;

  it('plans again and asks again where its agent had to stop before it changed anything', async () => {
    const taskId = await applying();
    const stopped = stoppedWithItsAgent(taskId);
    expect(await reportFailure(db.database, { ...stopped, attempt: 1 }, RETRY)).toBeNull();
    expect(await reportFailure(db.database, stopped, RETRY)).toMatchObject({
      status: 'pending',
      phase: 'plan',
      retries: 0,
      confirmedAt: null,
      error: null,
    });
    expect(await db.database.rows('select state, task_id from slots')).toEqual([
      { state: 'idle', task_id: null },
    ]);
    const [told] = await db.database.rows<{ message: string }>(
      "select message from task_events where task_id = $1 and event = 'retry'",
      [taskId],
    );
    expect(told?.message).toBe('Nothing was changed. (the agent stopped: plans again and asks again)');
    expect(await claim(db.database)).toMatchObject([{ taskId, attempt: 3, phase: 'plan' }]);
  });

  it('ends with its agent’s stop where a person has asked for that meanwhile', async () => {
    const taskId = await applying();
    await stopTask(db.database, { taskId, request: 'cancel', comment: null, actor: 'user:test' });
    expect(await reportFailure(db.database, stoppedWithItsAgent(taskId), RETRY)).toMatchObject({
      status: 'cancelled',
    });
    expect(await claim(db.database)).toEqual([]);
  });

  it('is not taken over by a process of its agent where it has ended in the very moment', async () => {
    const taskId = await applying();
    const before = await owner(taskId);
    const late = new Promise<{ lost: number; sessionId: string }>((resolve, reject) => {
      db.database
        .transaction(5_000, async (sql) => {
          await sql.rows('select 1 from workspaces for no key update');
          restarted([{ taskId, attempt: 2, slotId: 1 }]).then(resolve, reject);
          await waitFor('the registration to wait for the workspace', isAnyWaiting);
          await sql.rows(
            `update tasks set status = 'failed', finished_at = now(), error = '{}', lease_until = null where id = $1`,
            [taskId],
          );
        })
        .catch(reject);
    });
    await late;
    const after = await owner(taskId);
    expect(after).toEqual([{ status: 'failed', sessionId: (before[0] as { sessionId: string }).sessionId }]);
  });

  it('keeps others out of its slot after its agent was taken for lost, until the agent says that it is over', async () => {
    const taskId = await applying();
    await db.database.rows("update agent_heartbeats set at = now() - interval '1 minute'");
    await loseSilentAgents(db.database, LIMITS, RETRY);
    const { sessionId } = await restarted([{ taskId, attempt: 2, slotId: 1 }]);
    const other = await fleet.task(await fleet.workspace());
    expect(await claim(db.database)).toEqual([]);
    const heartbeat = { agentId: 'a', podName: 'pod-a', sessionId, draining: false, reported: [] };
    const held = [{ taskId, attempt: 2, slotId: 1 }];
    expect(await recordHeartbeat(db.database, { ...heartbeat, held }, 60)).toMatchObject({ stale: [] });
    expect(await claim(db.database)).toEqual([]);
    await recordHeartbeat(db.database, { ...heartbeat, held: [] }, 60);
    expect(await claim(db.database)).toMatchObject([{ taskId: other.id, slotId: 1 }]);
  });

  it('is not missed by its agent for as long as the answer to its accept may take, however late its delivery was', async () => {
    const taskId = await applying();
    await db.database.rows("update tasks set assigned_at = now() - interval '5 minutes' where id = $1", [
      taskId,
    ]);
    const [task] = await db.database.rows<{ sessionId: string }>(
      'select session_id as "sessionId" from tasks',
    );
    const sessionId = String(task?.sessionId);
    const inventory = { agentId: 'a', podName: 'pod-a', sessionId, held: [], reported: [] };
    expect(await readMissing(db.database, [inventory], 60)).toEqual([]);
    await db.database.rows("update tasks set started_at = now() - interval '2 minutes'");
    const missing = await readMissing(db.database, [inventory], 60);
    expect(missing).toMatchObject([{ agentId: 'a', taskId, attempt: 2 }]);
    expect(await recoverMissing(db.database, missing, RETRY, noneFails)).toBe(1);
    expect(await recoverMissing(db.database, missing, RETRY, noneFails)).toBe(0);
  });

  it('in the database alone, since the answer to its accept was lost, is planned again when the agent refuses it', async () => {
    const taskId = await applying();
    const failure = { code: 'API_UNREACHABLE', class: 'transient', message: 'no answer' } as const;
    const refusal = { taskId, attempt: 2, failure, actor: 'agent:a' };
    expect(await refuseTask(db.database, refusal, RETRY)).toMatchObject({
      status: 'pending',
      phase: 'plan',
      retries: 0,
    });
    const [workspace] = await db.database.rows('select needs_attention as "needsAttention" from workspaces');
    expect(workspace).toEqual({ needsAttention: false });
  });

  it('costs the task that its slot is given to no retry', async () => {
    await fleet.agent('a', 1);
    const { id: taskId } = await fleet.task(await fleet.workspace());
    const [assignment] = await claim(db.database);
    const failure = { code: SLOT_BUSY, class: 'transient', message: 'busy' } as const;
    const refusal = { taskId, attempt: assignment?.attempt ?? 0, failure, actor: 'agent:a' };
    expect(await refuseTask(db.database, refusal, RETRY)).toMatchObject({ status: 'pending', retries: 0 });
  });

  it('is cancelled by force when a person cancels again after a while', async () => {
    const taskId = await applying();
    const cancel = async () =>
      stopTask(db.database, { taskId, request: 'cancel', comment: null, actor: 'user:test' });
    const asked = { moved: true, agentMustStop: true, task: { status: 'applying', stopRequested: 'cancel' } };
    expect(await cancel()).toMatchObject(asked);
    expect(await cancel()).toMatchObject(asked);
    await db.database.rows(
      "update task_events set at = at - interval '6 seconds' where event = 'stop_requested'",
    );
    expect(await cancel()).toMatchObject({
      moved: true,
      agentMustStop: true,
      task: { status: 'cancelled', stopRequested: 'force_cancel' },
    });
  });
});
