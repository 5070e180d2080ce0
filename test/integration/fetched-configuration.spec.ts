import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTask, type Assignment, type FetchedConfiguration } from '@berth/persistence';
import { storeFetchedConfiguration } from '../support/its-agent.js';
import { Fleet } from '../support/fleet.js';
import { accept, claim, finishWithChanges } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const SOURCE = { kind: 'git', url: 'https://git.example/infra.git', branch: null, path: 'a' } as const;
const [FIRST, SECOND] = ['1'.repeat(40), '2'.repeat(40)] as const;

describe('the configuration that an agent has fetched', () => {
  let db: TestDatabase;
  let fleet: Fleet;
  let workspaceId: string;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
    await fleet.agent('a', 8);
  });

  afterAll(async () => {
    await db.drop();
  });

  beforeEach(async () => {
    workspaceId = await fleet.workspace();
  });

  async function planning(): Promise<Assignment> {
    const { id } = await createTask(db.database, {
      organizationId: fleet.organizationId,
      operation: 'plan_and_apply',
      workspaceId,
      configurationId: null,
      source: { ...SOURCE, commit: null },
      planTaskId: null,
      planHash: null,
      message: null,
      priority: 0,
      targets: [],
      replace: [],
      refreshOnly: false,
      autoApply: false,
      actor: 'user:test',
    });
    const assignment = (await claim(db.database)).find(({ taskId }) => taskId === id);
    await accept(db.database, assignment!);
    return assignment!;
  }

  const store = async (
    { taskId, attempt }: Assignment,
    more: Partial<FetchedConfiguration> = {},
  ): ReturnType<typeof storeFetchedConfiguration> =>
    storeFetchedConfiguration(db.database, {
      taskId,
      attempt,
      commit: FIRST,
      sha256: 'a'.repeat(64),
      sizeBytes: 7,
      sealedContent: Buffer.from('archive'),
      actor: 'agent:a',
      ...more,
    });

  it('is the task’s from then on, named by its commit, and not the workspace’s newest upload', async () => {
    const assignment = await planning();
    const stored = await store(assignment);
    expect(stored).toMatchObject({ sha256: 'a'.repeat(64), sizeBytes: 7, commit: FIRST });
    const [row] = await db.database.rows<any>(
      `select t.configuration_id, t.source, w.current_configuration_id, c.content from tasks t
       join workspaces w on w.id = t.workspace_id join configurations c on c.id = t.configuration_id where t.id = $1`,
      [assignment.taskId],
    );
    expect(row).toMatchObject({
      configuration_id: stored?.id,
      source: { ...SOURCE, commit: FIRST },
      current_configuration_id: null,
      content: Buffer.from('archive'),
    });
  });

  it('stays the first one, however often and with whatever it is stored again', async () => {
    const assignment = await planning();
    const answers = await Promise.all(
      [FIRST, SECOND, FIRST].map(async (commit) => store(assignment, { commit })),
    );
    const again = await store(assignment, { commit: SECOND, sha256: 'b'.repeat(64) });
    expect(new Set([...answers, again].map((answer) => answer?.id)).size).toBe(1);
    const events = await db.database.rows(
      "select 1 from task_events where task_id = $1 and event = 'fetch'",
      [assignment.taskId],
    );
    expect(events).toHaveLength(1);
  });

  it('is refused for another attempt, and for one that plans no more', async () => {
    const assignment = await planning();
    expect(await store(assignment, { attempt: assignment.attempt + 1 })).toBeNull();
    await finishWithChanges(db.database, assignment);
    expect(await store(assignment)).toBeNull();
  });
});
