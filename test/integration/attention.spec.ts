import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  clearAttention,
  finishTask,
  keepUnsavedState,
  recordLateResult,
  reportFailure,
  resolveUnsavedState,
  stopTask,
  writeState,
} from '@berth/persistence';
import { Fleet, LIMITS, loseSilentAgents, RETRY } from '../support/fleet.js';
import {
  accept,
  beginApply,
  claim,
  finishWithChanges,
  plannedTask,
  type BegunApply,
} from '../support/planned-task.js';
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

  /** An apply whose agent `a` is then taken for lost. */
  async function lostApply(): Promise<BegunApply> {
    await fleet.agent('a', 1);
    const lost = await beginApply(db.database, await plannedTask(db.database, fleet));
    await db.database.rows(
      "update agent_heartbeats set at = now() - interval '1 minute' where agent_id = 'a'",
    );
    expect(await loseSilentAgents(db.database, LIMITS, RETRY)).toEqual(['a']);
    return lost;
  }

  /** The next apply of the workspace, on agent `b`. */
  async function nextApply(workspaceId: string): Promise<BegunApply> {
    const { id } = await fleet.task(workspaceId, 'plan_and_apply');
    const [assignment] = await claim(db.database);
    if (assignment?.taskId !== id) {
      throw new Error(`task ${id} was not claimed`);
    }
    await accept(db.database, assignment);
    await finishWithChanges(db.database, assignment);
    return beginApply(db.database, id);
  }

  async function fail(apply: BegunApply, code: string): Promise<void> {
    const failed = await reportFailure(
      db.database,
      {
        taskId: apply.taskId,
        attempt: apply.attempt,
        failure: { code, class: 'permanent', message: code },
        interrupted: false,
        stopped: false,
        stateInDoubt: true,
        record: {},
        actor: `agent:${apply.agentId}`,
      },
      RETRY,
    );
    expect(failed).toMatchObject({ status: 'failed' });
  }

  /** Gives the id of the kept state. */
  async function keep({ taskId, attempt, agentId }: BegunApply): Promise<string> {
    const state = { serial: 2, lineage: 'x', sha256: 'x', sizeBytes: 1, sealedContent: Buffer.from('x') };
    expect(await keepUnsavedState(db.database, { taskId, attempt, agentId, ...state })).toBe(true);
    const [kept] = await db.database.rows<{ id: string }>(
      'select id from unsaved_states where task_id = $1',
      [taskId],
    );
    return kept?.id ?? '';
  }

  async function discard(id: string, workspaceId: string): Promise<void> {
    const resolved = { id, workspaceId, resolution: 'discarded', actor: 'user:test' } as const;
    expect(await resolveUnsavedState(db.database, resolved)).toBe(true);
  }

  async function write({ taskId, workspaceId, attempt }: BegunApply): Promise<string> {
    const { outcome } = await writeState(db.database, {
      organizationId: fleet.organizationId,
      workspaceId,
      caller: { actor: 'task', task: { taskId, attempt } },
      lockId: null,
      serial: 1,
      lineage: 'x',
      sha256: 'x',
      sizeBytes: 1,
      sealedContent: Buffer.from('x'),
    });
    return outcome;
  }

  const late = ({ taskId, attempt }: BegunApply) => ({
    taskId,
    attempt,
    phase: 'apply' as const,
    succeeded: true,
    message: 'it was applied',
    record: {},
    actor: 'agent:a',
  });

  async function needsAttention(workspaceId: string): Promise<boolean> {
    const [row] = await db.database.rows<{ needed: boolean }>(
      'select needs_attention as needed from workspaces where id = $1',
      [workspaceId],
    );
    return row?.needed === true;
  }

  it('takes nothing any more of a lost apply that a person has dealt with, whatever it needs attention for later', async () => {
    const lost = await lostApply();
    const { workspaceId } = lost;
    await clearAttention(db.database, workspaceId);
    await fleet.agent('b', 1);
    const next = await nextApply(workspaceId);
    await keep(next);
    await fail(next, 'TERRAFORM_STATE_NOT_SAVED');

    expect(await needsAttention(workspaceId)).toBe(true);
    expect(await write(lost)).toBe('stale');
    expect(await recordLateResult(db.database, late(lost))).toBe(false);
    expect(await needsAttention(workspaceId)).toBe(true);
  });

  it('goes on when its last unsaved state is resolved, though it has lost an apply long ago', async () => {
    const lost = await lostApply();
    const { workspaceId } = lost;
    await clearAttention(db.database, workspaceId);
    await fleet.agent('b', 1);
    const next = await nextApply(workspaceId);
    const kept = await keep(next);
    await fail(next, 'TERRAFORM_STATE_NOT_SAVED');

    await discard(kept, workspaceId);
    expect(await needsAttention(workspaceId)).toBe(false);
  });

  it('goes on when the unsaved state was resolved before its apply has said how it ended', async () => {
    await fleet.agent('b', 1);
    const apply = await beginApply(db.database, await plannedTask(db.database, fleet));
    await discard(await keep(apply), apply.workspaceId);
    await fail(apply, 'TERRAFORM_STATE_NOT_SAVED');
    expect(await needsAttention(apply.workspaceId)).toBe(false);
  });

  it('waits on when the agent of a lost apply reports its good end, and a state is unsaved', async () => {
    const lost = await lostApply();
    await keep(lost);
    expect(await recordLateResult(db.database, late(lost))).toBe(true);
    expect(await needsAttention(lost.workspaceId)).toBe(true);
  });

  it.each(['unknown', 'cancelled by force'])(
    'waits on for its last apply, %s, when an older unsaved state is resolved',
    async (end) => {
      await fleet.agent('b', 1);
      const apply = await beginApply(db.database, await plannedTask(db.database, fleet));
      const { workspaceId } = apply;
      const kept = await keep(apply);
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
      const next = await nextApply(workspaceId);
      if (end === 'unknown') {
        await fail(next, 'APPLY_OUTCOME_UNKNOWN');
      } else {
        const { taskId } = next;
        await stopTask(db.database, { taskId, request: 'force_cancel', comment: null, actor: 'user:test' });
      }

      await discard(kept, workspaceId);
      expect(await needsAttention(workspaceId)).toBe(true);
      await clearAttention(db.database, workspaceId);
      expect(await needsAttention(workspaceId)).toBe(false);
    },
  );
});
