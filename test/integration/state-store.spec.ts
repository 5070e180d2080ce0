import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  listStateVersions,
  lockState,
  newestState,
  replaceState,
  unlockState,
  writeState,
  type StateReplacing,
  type StateWriting,
} from '@berth/persistence';
import { Fleet } from '../support/fleet.js';
import { beginApply, plannedTask, type BegunApply } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

interface Given {
  readonly serial: bigint;
  readonly lineage?: string;
  readonly bytes?: string;
  readonly lockId?: string | null;
}

describe('the state store', () => {
  let db: TestDatabase;
  let fleet: Fleet;
  let apply: BegunApply;

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

  async function begun(): Promise<void> {
    await fleet.agent('a', 1);
    apply = await beginApply(db.database, await plannedTask(db.database, fleet));
  }

  const asRun = () => ({ actor: 'task', task: apply });
  const asPerson = () => ({ actor: 'user:test', task: null });

  const lock = async (lockId: string, caller: { actor: string; task: BegunApply | null } = asRun()) =>
    lockState(db.database, fleet.organizationId, apply.workspaceId, caller, { lockId, info: { ID: lockId } });

  const upload = ({ serial, lineage = 'a', bytes = `serial ${serial}`, lockId = 'own' }: Given) => ({
    organizationId: fleet.organizationId,
    workspaceId: apply.workspaceId,
    lockId,
    serial,
    lineage,
    sha256: bytes,
    sizeBytes: bytes.length,
    sealedContent: Buffer.from(bytes),
  });

  const run = async (given: Given): Promise<StateWriting['outcome']> =>
    (await writeState(db.database, { ...upload(given), caller: asRun(), writer: 'run' })).outcome;

  const replace = async (seenNumber: string | null, given: Given): Promise<StateReplacing['outcome']> =>
    (
      await replaceState(db.database, {
        ...upload({ lockId: null, ...given }),
        caller: asPerson(),
        seenNumber,
      })
    ).outcome;

  const versions = async () =>
    (await listStateVersions(db.database, apply.workspaceId, { after: null, limit: 100 })).map(
      ({ serial }) => serial,
    );

  it('takes from a run the next serial of the stored lineage, and the same bytes again', async () => {
    await begun();
    await lock('own');
    expect(await run({ serial: 9_007_199_254_740_992n })).toBe('stored');
    expect(await run({ serial: 9_007_199_254_740_993n })).toBe('stored');
    expect(await run({ serial: 9_007_199_254_740_993n })).toBe('stored');
    expect(await versions()).toEqual(['9007199254740993', '9007199254740992']);
  });

  it('takes nothing else from it: another state of the same serial is nobody’s to overwrite', async () => {
    await begun();
    await lock('own');
    await run({ serial: 5n });
    expect(await run({ serial: 5n, bytes: 'another one' })).toBe('conflict');
    expect(await run({ serial: 4n })).toBe('conflict');
    expect(await run({ serial: 7n })).toBe('conflict');
    expect(await run({ serial: 6n, lineage: 'b' })).toBe('conflict');
    expect(await versions()).toEqual(['5']);
  });

  it('takes nothing from a run without its lock, but what it has already', async () => {
    await begun();
    expect(await run({ serial: 1n, lockId: null })).toBe('unlocked');
    expect(await run({ serial: 1n, lockId: 'never taken' })).toBe('unlocked');
    await lock('own');
    expect(await run({ serial: 1n, lockId: null })).toBe('locked');
    expect(await run({ serial: 1n })).toBe('stored');
    await unlockState(db.database, apply.workspaceId, null);
    expect(await run({ serial: 2n })).toBe('unlocked');
    expect(await run({ serial: 1n })).toBe('stored');
    await lock('of a person', asPerson());
    expect(await run({ serial: 2n, lockId: 'of a person' })).toBe('locked');
    expect(await versions()).toEqual(['1']);
  });

  it('takes any state from a run where there is none, also after a deleted one', async () => {
    await begun();
    await lock('own');
    await run({ serial: 5n });
    await unlockState(db.database, apply.workspaceId, 'own');
    const newest = await newestState(db.database, apply.workspaceId);
    expect(await replace(String(newest?.number), { serial: 6n, bytes: '' })).toBe('stored');
    await lock('own');
    expect(await run({ serial: 1n, lineage: 'b' })).toBe('stored');
  });

  it('of two applies at once, one writes the next serial', async () => {
    await begun();
    await lock('own');
    await run({ serial: 1n });
    const both = await Promise.all([
      run({ serial: 2n, bytes: 'of one' }),
      run({ serial: 2n, bytes: 'of the other' }),
    ]);
    expect(both.toSorted()).toEqual(['conflict', 'stored']);
  });

  it.each([
    ['a later attempt of the task', async () => ({ taskId: apply.taskId, attempt: apply.attempt + 1 })],
    ['another task', async () => ({ taskId: (await fleet.task(apply.workspaceId)).id, attempt: 1 })],
    ['a person', async () => null],
  ])('keeps the lock of %s from a run that gives the same one back late', async (_whose, holder) => {
    await begun();
    const lock = { lockId: 'same', info: { ID: 'same' } };
    const held = await holder();
    await db.database.rows(
      `insert into state_locks (workspace_id, organization_id, lock_id, info, task_id, attempt)
       values ($1, $2, $3, $4::jsonb, $5, $6)`,
      [apply.workspaceId, fleet.organizationId, lock.lockId, lock.info, held?.taskId, held?.attempt],
    );
    expect(await unlockState(db.database, apply.workspaceId, 'same', apply)).toMatchObject(lock);
    expect(await db.database.rows('select 1 from state_locks')).toHaveLength(1);
    expect(
      await lockState(db.database, fleet.organizationId, apply.workspaceId, asRun(), lock),
    ).toMatchObject({ outcome: 'locked' });
    expect(await run({ serial: 1n, lockId: 'same' })).toBe('locked');
    expect(await versions()).toEqual([]);
  });

  it('takes from a person neither a run’s lock nor a state under it', async () => {
    await begun();
    await lock('own');
    const person = { ...upload({ serial: 1n }), caller: asPerson(), writer: 'terraform' as const };
    expect(await lock('own', asPerson())).toMatchObject({ outcome: 'locked' });
    expect(await writeState(db.database, person)).toMatchObject({ outcome: 'locked' });
    expect(await run({ serial: 1n })).toBe('stored');
    expect(await unlockState(db.database, apply.workspaceId, 'own', apply)).toBeNull();
  });

  it('restores and deletes on top of the version that was seen, and of no other', async () => {
    await begun();
    await lock('own');
    await run({ serial: 1n });
    const seen = String((await newestState(db.database, apply.workspaceId))?.number);
    await run({ serial: 2n });
    expect(await replace(seen, { serial: 2n })).toBe('locked');
    await unlockState(db.database, apply.workspaceId, 'own');
    expect(await replace(seen, { serial: 2n })).toBe('moved_on');
    expect(await replace(null, { serial: 1n })).toBe('moved_on');
    const now = String((await newestState(db.database, apply.workspaceId))?.number);
    const both = await Promise.all([replace(now, { serial: 3n }), replace(now, { serial: 3n, bytes: '' })]);
    expect(both.toSorted()).toEqual(['moved_on', 'stored']);
  });
});
