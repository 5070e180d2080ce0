import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  deleteWorkspace,
  deleteWorkspaceAndUnsaved,
  lockState,
  keepUnsavedState,
  newestState,
  discardUnsavedState,
  removeSomeOf,
  unlockState,
} from '@berth/persistence';
import { keepState, lostApply, needsAttention, pushState, writeStateOf } from '../support/doubtful-apply.js';
import { Fleet } from '../support/fleet.js';
import { beginApply, plannedTask } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

describe('an unsaved state', () => {
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

  it('is kept for the organization of its apply, and for no other', async () => {
    const lost = await lostApply(db.database, fleet);
    await expect(keepState(db.database, randomUUID(), lost)).rejects.toThrow('was not kept');
    await keepState(db.database, fleet.organizationId, lost);
  });

  it('of a lost apply takes that apply’s lock away: its terraform has ended', async () => {
    const lost = await lostApply(db.database, fleet);
    const { organizationId } = fleet;
    const lock = { lockId: 'of the lost apply', info: {} };
    const caller = { actor: 'task', task: lost };
    expect(await lockState(db.database, organizationId, lost.workspaceId, caller, lock)).toMatchObject({
      outcome: 'held',
    });
    expect(await writeStateOf(db.database, organizationId, lost.workspaceId, null)).toBe('locked');
    await keepState(db.database, fleet.organizationId, lost);
    expect(await writeStateOf(db.database, organizationId, lost.workspaceId, null)).toBe('stored');
  });

  it('is pushed on top of the version that the person has seen, and of no other', async () => {
    const lost = await lostApply(db.database, fleet);
    const { workspaceId } = lost;
    const { organizationId } = fleet;
    const id = await keepState(db.database, fleet.organizationId, lost);
    await writeStateOf(db.database, organizationId, workspaceId, null);
    expect(await pushState(db.database, organizationId, workspaceId, id, null)).toBe('moved_on');
    expect(await needsAttention(db.database, workspaceId)).toBe(true);
    const seen = await newestState(db.database, workspaceId);
    expect(await pushState(db.database, organizationId, workspaceId, id, String(seen?.number))).toBe(
      'pushed',
    );
    expect(await newestState(db.database, workspaceId)).toMatchObject({ serial: '3', actor: 'user:test' });
    expect(await needsAttention(db.database, workspaceId)).toBe(false);
  });

  it('is not pushed once somebody has discarded it, or while somebody holds the lock', async () => {
    const lost = await lostApply(db.database, fleet);
    const { workspaceId } = lost;
    const { organizationId } = fleet;
    const id = await keepState(db.database, fleet.organizationId, lost);
    const lock = { lockId: 'of a person', info: {} };
    const caller = { actor: 'user:test', task: null };
    await lockState(db.database, organizationId, workspaceId, caller, lock);
    expect(await pushState(db.database, organizationId, workspaceId, id, null)).toBe('locked');
    await unlockState(db.database, workspaceId, lock.lockId);
    const discarded = { id, workspaceId, actor: 'user:other' } as const;
    await discardUnsavedState(db.database, discarded);
    expect(await pushState(db.database, organizationId, workspaceId, id, null)).toBe('resolved');
    expect(await newestState(db.database, workspaceId)).toBeNull();
  });

  it('is pushed by one of two people, and no state is written in between', async () => {
    const lost = await lostApply(db.database, fleet);
    const { workspaceId } = lost;
    const { organizationId } = fleet;
    const id = await keepState(db.database, fleet.organizationId, lost);
    const answers = await Promise.all([
      pushState(db.database, organizationId, workspaceId, id, null),
      pushState(db.database, organizationId, workspaceId, id, null),
      writeStateOf(db.database, organizationId, workspaceId, null),
    ]);
    const pushed = answers.filter((answer) => answer === 'pushed').length;
    const versions = await db.database.rows<{ actor: string; serial: string }>(
      'select serial from state_versions where workspace_id = $1 order by number',
      [workspaceId],
    );
    // Who wrote before the push was seen by nobody, so that nobody has pushed.
    expect([pushed, versions.length]).toEqual(versions[0]?.serial === '3' ? [1, 2] : [0, 1]);
  });

  it('may be on its way still: the workspace of an apply that nobody has looked at is not deleted', async () => {
    const { workspaceId } = await lostApply(db.database, fleet);
    expect(await deleteWorkspace(db.database, workspaceId)).toEqual({ outcome: 'attention' });
    expect(await deleteWorkspaceAndUnsaved(db.database, workspaceId)).toEqual({ outcome: 'deleted' });
  });

  it('is not deleted with its workspace, unless a person insists', async () => {
    const { workspaceId, ...lost } = await lostApply(db.database, fleet);
    const id = await keepState(db.database, fleet.organizationId, { workspaceId, ...lost });
    expect(await deleteWorkspace(db.database, workspaceId)).toEqual({ outcome: 'unsaved_states', count: 1 });
    expect(await db.database.rows('select id from unsaved_states')).toEqual([{ id }]);
    expect(await deleteWorkspaceAndUnsaved(db.database, workspaceId)).toEqual({ outcome: 'deleted' });
    const late = await keepUnsavedState(db.database, {
      organizationId: fleet.organizationId,
      ...lost,
      serial: 3n,
      lineage: 'x',
      fault: null,
      sha256: 'y',
      sizeBytes: 1,
      sealedContent: Buffer.from('y'),
    });
    // Its agent keeps it on its disk.
    expect(late).toBe(false);
    expect(await removeSomeOf(db.database, workspaceId, 10)).toBe('some');
    expect(await db.database.rows('select id from unsaved_states')).toEqual([]);
  });

  it('is kept beside another one of its attempt, and once, however often it comes', async () => {
    const { taskId, attempt, agentId } = await lostApply(db.database, fleet);
    const keep = async (bytes: string, by = agentId) =>
      keepUnsavedState(db.database, {
        organizationId: fleet.organizationId,
        taskId,
        attempt,
        agentId: by,
        serial: null,
        lineage: null,
        fault: bytes === 'dump' ? null : 'it is not JSON, or not whole',
        sha256: bytes,
        sizeBytes: bytes.length,
        sealedContent: Buffer.from(bytes),
      });
    expect(await Promise.all([keep('file'), keep('dump'), keep('file')])).toEqual([true, true, true]);
    expect(await keep('file', 'another agent')).toBe(false);
    const rows = await db.database.rows('select sha256, fault from unsaved_states order by sha256');
    expect(rows).toEqual([
      { sha256: 'dump', fault: null },
      { sha256: 'file', fault: 'it is not JSON, or not whole' },
    ]);
  });

  it('is kept of an attempt that is over, and leaves the lock of the present one alone', async () => {
    await fleet.agent('b', 1);
    const apply = await beginApply(db.database, await plannedTask(db.database, fleet));
    const { taskId, workspaceId, attempt } = apply;
    // Stopped before it had changed anything, as it said: it plans again, and is applied.
    await db.database.rows("update tasks set attempt = attempt + 1, phase = 'apply' where id = $1", [taskId]);
    const present = { actor: 'task', task: { taskId, attempt: attempt + 1, phase: 'apply' as const } };
    const lock = { lockId: 'present', info: {} };
    expect(await lockState(db.database, fleet.organizationId, workspaceId, present, lock)).toMatchObject({
      outcome: 'held',
    });
    await keepState(db.database, fleet.organizationId, apply);
    expect(await db.database.rows('select lock_id from state_locks')).toEqual([{ lock_id: 'present' }]);
    expect(await needsAttention(db.database, workspaceId)).toBe(true);
  });
});
