import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { clearAttention, confirmTask, discardUnsavedState } from '@berth/persistence';
import { finishPlan, refuseTask } from '../support/its-agent.js';
import { failInDoubt, keepState, lostApply } from '../support/doubtful-apply.js';
import { Fleet, RETRY } from '../support/fleet.js';
import { accept, beginApply, claim, finishWithChanges, plannedTask } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

describe('while a person has to look at a workspace', () => {
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

  const confirm = async (taskId: string) =>
    confirmTask(db.database, {
      taskId,
      planHash: null,
      comment: null,
      actor: 'user:test',
      principal: 'key:test',
      isPerson: false,
    });

  const statusOf = async (taskId: string) =>
    (await db.database.rows<{ status: string }>('select status from tasks where id = $1', [taskId]))[0]
      ?.status;

  async function resolve(id: string, workspaceId: string): Promise<void> {
    await discardUnsavedState(db.database, { id, workspaceId, actor: 'user:test' });
  }

  /** The workspace of a lost apply that was cleared, and the next task in it, claimed; the lost agent may be back. */
  async function afterLostApply(autoApply = false) {
    const lost = await lostApply(db.database, fleet);
    await clearAttention(db.database, lost.workspaceId);
    await fleet.agent('b', 1);
    const { id: taskId } = await fleet.task(lost.workspaceId, 'plan_and_apply', { autoApply });
    const [assignment] = await claim(db.database);
    if (assignment?.taskId !== taskId) {
      throw new Error('the next task was not claimed');
    }
    await accept(db.database, assignment);
    return { lost, taskId, assignment };
  }

  it('a task that was asked for a moment too late is not claimed', async () => {
    await fleet.agent('b', 1);
    const apply = await beginApply(db.database, await plannedTask(db.database, fleet));
    await failInDoubt(db.database, apply, 'APPLY_OUTCOME_UNKNOWN');
    const { id } = await fleet.task(apply.workspaceId, 'plan_and_apply');
    expect(await claim(db.database)).toEqual([]);
    await clearAttention(db.database, apply.workspaceId);
    expect(await claim(db.database)).toMatchObject([{ taskId: id }]);
  });

  it('the next task is not claimed, though it had come to the front before', async () => {
    await fleet.agent('b', 1);
    const apply = await beginApply(db.database, await plannedTask(db.database, fleet));
    await failInDoubt(db.database, apply, 'TERRAFORM_STATE_NOT_SAVED');
    await clearAttention(db.database, apply.workspaceId);
    const { id } = await fleet.task(apply.workspaceId, 'plan_and_apply');
    const kept = await keepState(db.database, fleet.organizationId, apply);
    expect(await claim(db.database)).toEqual([]);
    await resolve(kept, apply.workspaceId);
    expect(await claim(db.database)).toMatchObject([{ taskId: id }]);
  });

  it('nobody can confirm what was planned before', async () => {
    const { lost, taskId, assignment } = await afterLostApply();
    await finishWithChanges(db.database, assignment);
    const kept = await keepState(db.database, fleet.organizationId, lost);
    expect(await confirm(taskId)).toMatchObject({ moved: false, outcome: 'attention' });
    expect(await statusOf(taskId)).toBe('apply_pending');
    await resolve(kept, lost.workspaceId);
    expect(await confirm(taskId)).toMatchObject({ moved: true, task: { status: 'apply_queued' } });
  });

  it('a confirmed apply is not claimed', async () => {
    const { lost, taskId, assignment } = await afterLostApply();
    await finishWithChanges(db.database, assignment);
    await confirm(taskId);
    const kept = await keepState(db.database, fleet.organizationId, lost);
    expect(await claim(db.database)).toEqual([]);
    await resolve(kept, lost.workspaceId);
    expect(await claim(db.database)).toMatchObject([{ taskId, phase: 'apply' }]);
  });

  it.each(['confirmed', 'of a stored plan'])(
    'an apply that was claimed already, %s, is not begun, and goes on first afterwards',
    async (kind) => {
      const { lost, taskId, assignment } = await afterLostApply();
      const { workspaceId } = lost;
      await finishWithChanges(db.database, assignment);
      if (kind !== 'confirmed') {
        await db.database.rows(
          `insert into plans (task_id, organization_id, attempt, hash, size_bytes, sealed_file, document)
           select id, organization_id, attempt, plan_hash, 1, 'x', '{}' from tasks where id = $1`,
          [taskId],
        );
        await db.database.rows("update workspaces set on_slot_lost = 'restore'");
        await db.database.rows(
          "update slots set state = 'idle', task_id = null, attempt = null where agent_id = 'b'",
        );
      }
      await confirm(taskId);
      const [claimed] = await claim(db.database);
      expect(claimed).toMatchObject({ taskId, phase: 'apply' });
      const kept = await keepState(db.database, fleet.organizationId, lost);
      await expect(accept(db.database, claimed!)).rejects.toThrow('could not accept');
      expect(await statusOf(taskId)).toBe('apply_queued');
      expect(await claim(db.database)).toEqual([]);
      await resolve(kept, workspaceId);
      const [again] = await claim(db.database);
      expect(again).toMatchObject({ taskId, phase: 'apply', slotId: claimed!.slotId });
      await accept(db.database, again!);
      expect(await statusOf(taskId)).toBe('applying');
    },
  );

  it('an apply that was accepted before is accepted once more, when its answer was lost', async () => {
    const { lost, taskId, assignment } = await afterLostApply();
    await finishWithChanges(db.database, assignment);
    await confirm(taskId);
    const [claimed] = await claim(db.database);
    await accept(db.database, claimed!);
    await keepState(db.database, fleet.organizationId, lost);
    await accept(db.database, claimed!);
    expect(await statusOf(taskId)).toBe('applying');
  });

  it('a plan that would be applied by itself waits for a person', async () => {
    const { lost, taskId, assignment } = await afterLostApply(true);
    await keepState(db.database, fleet.organizationId, lost);
    await finishPlan(db.database, {
      ...assignment,
      planHash: 'a'.repeat(64),
      hasChanges: true,
      changes: { add: 1, change: 0, destroy: 0 },
      record: {},
      reservationSeconds: 60,
      actor: 'agent:b',
    });
    expect(await statusOf(taskId)).toBe('apply_pending');
  });

  it('a task that comes back from its agent waits, and goes on first afterwards', async () => {
    const { lost, taskId, assignment } = await afterLostApply();
    const kept = await keepState(db.database, fleet.organizationId, lost);
    const failure = { code: 'TEST', class: 'transient', message: 'not now' } as const;
    await refuseTask(db.database, { ...assignment, failure, actor: 'agent:b' }, RETRY);
    await db.database.rows('update tasks set run_after = now()');
    expect(await statusOf(taskId)).toBe('pending');
    expect(await claim(db.database)).toEqual([]);
    await resolve(kept, lost.workspaceId);
    expect(await claim(db.database)).toMatchObject([{ taskId }]);
  });
});
