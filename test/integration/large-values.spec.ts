import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  newestState,
  readConfigurationContent,
  readPlanFile,
  readPlanSnapshot,
  readStateVersion,
  readUnsavedState,
  resealSome,
  FIRST_PLACE,
} from '@berth/persistence';
import { Fleet } from '../support/fleet.js';
import { plannedTask } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const MB = 1024 * 1024;

describe('a large value', () => {
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

  async function state(workspaceId: string, content: Buffer): Promise<string> {
    const [row] = await db.database.rows<{ id: string }>(
      `insert into state_versions (organization_id, workspace_id, serial, lineage, sha256, size_bytes, sealed_content, actor)
       values ($1, $2, 1, 'a', 'x', $4, $3, 'user:test') returning id`,
      [fleet.organizationId, workspaceId, content, content.length],
    );
    return row?.id ?? '';
  }

  it('is read back whole where its text would be longer than any string', async () => {
    const workspaceId = await fleet.workspace();
    const content = randomBytes(300 * MB);
    const id = await state(workspaceId, content);
    const newest = await newestState(db.database, workspaceId);
    expect(newest).toMatchObject({ id, workspaceId, serial: '1', sizeBytes: content.length });
    expect(newest?.sealedContent.equals(content)).toBe(true);
  }, 120_000);

  it.each([0, 1, 4 * MB - 1, 4 * MB, 4 * MB + 1, 9 * MB])('of %i bytes is read back whole', async (bytes) => {
    const workspaceId = await fleet.workspace();
    const content = randomBytes(bytes);
    const id = await state(workspaceId, content);
    const version = await readStateVersion(db.database, workspaceId, id);
    expect(version?.sealedContent.equals(content)).toBe(true);
  });

  it('is read back whole wherever it is', async () => {
    await fleet.agent('a', 1);
    const taskId = await plannedTask(db.database, fleet);
    const [file, snapshot, configuration, unsaved] = [9, 8, 7, 6].map((size) => randomBytes(size * MB));
    const [task] = await db.database.rows<{ configurationId: string; workspaceId: string }>(
      'select configuration_id as "configurationId", workspace_id as "workspaceId" from tasks where id = $1',
      [taskId],
    );
    const { configurationId = '', workspaceId = '' } = task ?? {};
    await db.database.rows(
      `insert into plans (task_id, organization_id, attempt, hash, size_bytes, sealed_file, sealed_snapshot, snapshot_hash)
       values ($1, $2, 1, 'x', 1, $3, $4, 'x')`,
      [taskId, fleet.organizationId, file, snapshot],
    );
    await db.database.rows('update configurations set content = $2 where id = $1', [
      configurationId,
      configuration,
    ]);
    const [kept] = await db.database.rows<{ id: string }>(
      `insert into unsaved_states (organization_id, workspace_id, task_id, attempt, sha256, size_bytes, sealed_content)
       values ($1, $2, $3, 1, 'x', 1, $4) returning id`,
      [fleet.organizationId, workspaceId, taskId, unsaved],
    );
    const read = [
      (await readPlanFile(db.database, taskId))?.sealedFile,
      await readPlanSnapshot(db.database, taskId),
      (await readConfigurationContent(db.database, configurationId))?.content,
      (await readUnsavedState(db.database, workspaceId, kept?.id ?? ''))?.sealedContent,
    ];
    expect(read.map((one) => one?.length)).toEqual([9, 8, 7, 6].map((size) => size * MB));
    for (const [n, whole] of [file, snapshot, configuration, unsaved].entries()) {
      expect(whole?.equals(read[n] ?? Buffer.alloc(0))).toBe(true);
    }
  });

  it('is of one version where it is sealed anew while it is read', async () => {
    const workspaceId = await fleet.workspace();
    const [before, after] = [randomBytes(40 * MB), randomBytes(40 * MB)];
    const id = await state(workspaceId, before);
    const place = { table: 'state_versions', column: 'sealed_content' };
    const step = { after: FIRST_PLACE, header: Buffer.alloc(5), limit: 10 };
    const [seen] = await Promise.all([
      readStateVersion(db.database, workspaceId, id),
      resealSome(db.database, place, step, (content) => {
        expect(content.equals(before)).toBe(true);
        return after;
      }),
    ]);
    expect([before, after].filter((one) => seen?.sealedContent.equals(one) === true)).toHaveLength(1);
    expect((await readStateVersion(db.database, workspaceId, id))?.sealedContent.equals(after)).toBe(true);
  });
});
