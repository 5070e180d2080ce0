import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteWorkspace, deleteWorkspaceAndUnsaved, lockState } from '@berth/persistence';
import { keepState, lostApply, writeStateOf } from '../support/doubtful-apply.js';
import { Fleet } from '../support/fleet.js';
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

  it('of a lost apply takes that apply’s lock away: its terraform has ended', async () => {
    const lost = await lostApply(db.database, fleet);
    const { organizationId } = fleet;
    const lock = { lockId: 'of the lost apply', info: {} };
    const caller = { actor: 'task', task: lost };
    expect(await lockState(db.database, organizationId, lost.workspaceId, caller, lock)).toMatchObject({
      outcome: 'held',
    });
    expect(await writeStateOf(db.database, organizationId, lost.workspaceId, null)).toBe('locked');
    await keepState(db.database, lost);
    expect(await writeStateOf(db.database, organizationId, lost.workspaceId, null)).toBe('stored');
  });

  it('is not deleted with its workspace, unless a person insists', async () => {
    const { workspaceId, ...lost } = await lostApply(db.database, fleet);
    const id = await keepState(db.database, { workspaceId, ...lost });
    expect(await deleteWorkspace(db.database, workspaceId)).toEqual({ outcome: 'unsaved_states', count: 1 });
    expect(await db.database.rows('select id from unsaved_states')).toEqual([{ id }]);
    expect(await deleteWorkspaceAndUnsaved(db.database, workspaceId)).toEqual({ outcome: 'deleted' });
    expect(await db.database.rows('select id from workspaces')).toEqual([]);
  });
});
