import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@berth/persistence';
import { Fleet } from '../support/fleet.js';
import { finishTask } from '../support/its-agent.js';
import { beginApply, plannedTask } from '../support/planned-task.js';
import { planNodes } from '../support/query-plan.js';
import { connect, testDatabase, type TestDatabase } from '../support/servers.js';

/** As many as a young installation has: few enough that reading all of them once looks cheap. */
const ENDED = 3_000;

/** PostgreSQL's own plans for what moves a task on, for any values, as its transactions have them. */
describe('the plans of the statements on the way of a task', () => {
  let db: TestDatabase;
  let one: Database;

  beforeAll(async () => {
    db = await testDatabase();
    // One connection: it has prepared all that is done with it.
    one = await connect(db.url, 1);
    const fleet = await Fleet.in(one);
    await fleet.agent('walker', 4);
    const workspaceId = await fleet.workspace();
    await one.rows(
      `insert into tasks (organization_id, kind, operation, workspace_id, pool_id, phase, writing, lane_head, status, finished_at)
       select $1, 'terraform', 'plan', $2, $3, 'plan', false, true, 'succeeded', now() from generate_series(1, $4::int)`,
      [fleet.organizationId, workspaceId, fleet.poolId, ENDED],
    );
    await one.rows('analyze tasks');
    const taskId = await plannedTask(one, fleet);
    const { attempt, agentId } = await beginApply(one, taskId);
    await finishTask(one, {
      taskId,
      attempt,
      phase: 'apply',
      changes: null,
      record: {},
      actor: `agent:${agentId}`,
    });
  });

  afterAll(async () => {
    await one.close();
    await db.drop();
  });

  it('find a task among thousands by an index', async () => {
    const statements = await one.rows<{ statement: string }>('select statement from pg_prepared_statements');
    const readers: string[] = [];
    for (const { statement } of statements) {
      const nodes = await planNodes(one, statement, [], 'generic_plan');
      if (nodes.some((node) => node['Node Type'] === 'Seq Scan' && node['Relation Name'] === 'tasks')) {
        readers.push(statement);
      }
    }
    expect(statements.length).toBeGreaterThan(10);
    expect(readers).toEqual([]);
  });
});
