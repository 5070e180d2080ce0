import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CLAIMABLE_TASKS } from '@berth/persistence';
import { Fleet } from '../support/fleet.js';
import { planNodes, withInner } from '../support/query-plan.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

/** PostgreSQL's own plan for the claim, at the size of queue at which a wrong one hurts. */
describe('the plan of the claim', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterAll(async () => {
    await db.drop();
  });

  /** 1,000 workspaces with 20 writing tasks each, of which one is at the head of its lane. */
  async function fillQueue(): Promise<void> {
    await db.database.rows(
      `with w as (
         insert into workspaces (organization_id, pool_id, name, engine)
         select $1, $2, 'w' || n, 'terraform' from generate_series(1, 1000) n returning id
       )
       insert into tasks (organization_id, kind, operation, workspace_id, pool_id, phase, writing, lane_head, priority, created_at)
       select $1, 'terraform', 'plan_and_apply', w.id, $2, 'plan', true, n = 1, n % 3, now() - n * interval '1 minute'
       from w cross join generate_series(1, 20) n`,
      [fleet.organizationId, fleet.poolId],
    );
    await db.database.rows('analyze tasks');
  }

  it('reads 20,000 tasks in the order of their index and sorts nothing', async () => {
    await fillQueue();
    // What comes behind it sorts the few tasks that were found.
    const all = await planNodes(db.database, CLAIMABLE_TASKS, [[fleet.poolId], [100]]);
    const found = all.find((node) => node['Subplan Name'] === 'CTE runnable');
    const nodes = found === undefined ? [] : withInner(found);
    const scans = nodes.filter((node) => node['Relation Name'] === 'tasks');
    expect(scans).toMatchObject([{ 'Node Type': 'Index Scan', 'Index Name': 'tasks_claimable' }]);
    expect(nodes.filter((node) => node['Node Type'].includes('Sort'))).toEqual([]);
  });

  it('finds the heads of the lanes and none of the 19,000 behind them', async () => {
    const claimable = await db.database.rows(CLAIMABLE_TASKS, [[fleet.poolId], [20_000]]);
    expect(claimable).toHaveLength(1_000);
  });
});
