import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { clearAttention, discardUnsavedState } from '@berth/persistence';
import { finishTask, recordLateResult } from '../support/its-agent.js';
import {
  cancelByForce,
  failInDoubt,
  keepState,
  lostApply,
  needsAttention,
  nextApply,
  writeStateOf,
} from '../support/doubtful-apply.js';
import { Fleet } from '../support/fleet.js';
import { beginApply, plannedTask, type BegunApply } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

describe('a workspace that a person has to look at', () => {
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

  async function discard(id: string, workspaceId: string): Promise<void> {
    const resolved = { id, workspaceId, actor: 'user:test' } as const;
    expect(await discardUnsavedState(db.database, resolved)).toBe(true);
  }

  const late = ({ taskId, attempt }: BegunApply) => ({
    taskId,
    attempt,
    phase: 'apply' as const,
    nothingToLookAt: true,
    message: 'it was applied',
    record: {},
    actor: 'agent:lost',
  });

  it('takes nothing any more of a lost apply that a person has dealt with, whatever it needs attention for later', async () => {
    const lost = await lostApply(db.database, fleet);
    const { workspaceId } = lost;
    await clearAttention(db.database, workspaceId);
    await fleet.agent('b', 1);
    const next = await nextApply(db.database, fleet, workspaceId);
    await keepState(db.database, fleet.organizationId, next);
    await failInDoubt(db.database, next, 'TERRAFORM_STATE_NOT_SAVED');

    expect(await needsAttention(db.database, workspaceId)).toBe(true);
    expect(await writeStateOf(db.database, fleet.organizationId, workspaceId, lost)).toBe('stale');
    expect(await recordLateResult(db.database, late(lost))).toBe(false);
    expect(await needsAttention(db.database, workspaceId)).toBe(true);
  });

  it('goes on when its last unsaved state is resolved, though it has lost an apply long ago', async () => {
    const lost = await lostApply(db.database, fleet);
    const { workspaceId } = lost;
    await clearAttention(db.database, workspaceId);
    await fleet.agent('b', 1);
    const next = await nextApply(db.database, fleet, workspaceId);
    const kept = await keepState(db.database, fleet.organizationId, next);
    await failInDoubt(db.database, next, 'TERRAFORM_STATE_NOT_SAVED');

    await discard(kept, workspaceId);
    expect(await needsAttention(db.database, workspaceId)).toBe(false);
  });

  it('goes on when the unsaved state was resolved before its apply has said how it ended', async () => {
    await fleet.agent('b', 1);
    const apply = await beginApply(db.database, await plannedTask(db.database, fleet));
    await discard(await keepState(db.database, fleet.organizationId, apply), apply.workspaceId);
    await failInDoubt(db.database, apply, 'TERRAFORM_STATE_NOT_SAVED');
    expect(await needsAttention(db.database, apply.workspaceId)).toBe(false);
  });

  it('waits on when the agent of a lost apply reports its good end, and a state is unsaved', async () => {
    const lost = await lostApply(db.database, fleet);
    await keepState(db.database, fleet.organizationId, lost);
    expect(await recordLateResult(db.database, late(lost))).toBe(true);
    expect(await needsAttention(db.database, lost.workspaceId)).toBe(true);
  });

  it('is not called well while a state is unsaved', async () => {
    const lost = await lostApply(db.database, fleet);
    await keepState(db.database, fleet.organizationId, lost);
    expect(await clearAttention(db.database, lost.workspaceId)).toBe(1);
    expect(await needsAttention(db.database, lost.workspaceId)).toBe(true);
  });

  it.each(['unknown', 'cancelled by force'])(
    'waits on for its last apply, %s, when an older unsaved state is resolved',
    async (end) => {
      await fleet.agent('b', 1);
      const apply = await beginApply(db.database, await plannedTask(db.database, fleet));
      const { workspaceId } = apply;
      const kept = await keepState(db.database, fleet.organizationId, apply);
      await finishTask(db.database, {
        taskId: apply.taskId,
        attempt: apply.attempt,
        phase: 'apply',
        changes: null,
        record: {},
        actor: 'agent:b',
      });
      // What an older version let people do: clear it and leave the state where it was.
      await db.database.rows('update workspaces set needs_attention = false where id = $1', [workspaceId]);
      const next = await nextApply(db.database, fleet, workspaceId);
      if (end === 'unknown') {
        await failInDoubt(db.database, next, 'APPLY_OUTCOME_UNKNOWN');
      } else {
        await cancelByForce(db.database, next);
      }

      await discard(kept, workspaceId);
      expect(await needsAttention(db.database, workspaceId)).toBe(true);
      await clearAttention(db.database, workspaceId);
      expect(await needsAttention(db.database, workspaceId)).toBe(false);
    },
  );
});
