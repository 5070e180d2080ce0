import type { Overview } from '@berth/contracts';
import type { Database } from '@berth/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiCaller } from '../support/api-caller.js';
import { Fleet } from '../support/fleet.js';
import { person } from '../support/people.js';
import { beginApply, plannedTask } from '../support/planned-task.js';
import { System } from '../support/system.js';

describe('the overview', () => {
  let system: System;
  let database: Database;
  let fleet: Fleet;

  beforeAll(async () => {
    system = await System.start({
      agents: 0,
      schedulers: 0,
      registryEnv: { BERTH_AGENT_SUSPECT_AFTER_MS: '600000', BERTH_AGENT_LOST_AFTER_MS: '600000' },
    });
    ({ database } = system.database);
    fleet = await Fleet.in(database);
    await fleet.agent('a', 2);
  }, 120_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  const overview = async (caller: ApiCaller = system.api): Promise<Overview> =>
    caller.expect('GET', '/api/v1/overview');

  it('counts what waits by pool and reason, with the time of the first', async () => {
    const waits = await plannedTask(database, fleet);
    const [{ workspaceId }] = (await database.rows<{ workspaceId: string }>(
      'select workspace_id as "workspaceId" from tasks where id = $1',
      [waits],
    )) as [{ workspaceId: string }];
    await fleet.task(workspaceId, 'plan_and_apply');
    await fleet.task(workspaceId, 'plan_and_apply');
    await database.rows("update tasks set runnable_at = now() - interval '1 hour' where id <> $1", [waits]);
    const { queue, notLookedAt } = await overview();
    expect(queue).toEqual([
      { pool: 'default', code: 'BEHIND_TASK', tasks: 2, oldestAt: expect.any(String) },
      { pool: 'default', code: 'CONFIRMATION', tasks: 1, oldestAt: expect.any(String) },
    ]);
    expect(Date.now() - Date.parse(String(queue[0]?.oldestAt))).toBeGreaterThan(3_500_000);
    expect(notLookedAt).toBe(0);
  });

  it('has 24 hours of how long assignments and applies were waited for', async () => {
    const { taskId } = await beginApply(database, await plannedTask(database, fleet));
    await database.rows(
      `update tasks set runnable_at = assigned_at - interval '40 milliseconds', phases = jsonb_build_object('apply',
         jsonb_build_object('startedAt', to_char(confirmed_at at time zone 'utc' + interval '90 milliseconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
       where id = $1`,
      [taskId],
    );
    const { latency } = await overview();
    expect(latency).toHaveLength(24);
    expect(latency[0]).toMatchObject({
      dispatch: { count: 0, p50Ms: null, p95Ms: null },
      confirmToApply: { count: 0, p50Ms: null, p95Ms: null },
    });
    const recent = latency.slice(-2);
    expect(recent.reduce((count, { dispatch }) => count + dispatch.count, 0)).toBeGreaterThan(0);
    const applied = recent.find(({ confirmToApply }) => confirmToApply.count > 0)?.confirmToApply;
    expect(applied).toEqual({ count: 1, p50Ms: 90, p95Ms: 90 });
  });

  it('is of what its reader may see', async () => {
    const nobody = await person(database, { organizationId: fleet.organizationId });
    const nothing = await overview(new ApiCaller(system.api.baseUrl, nobody.key));
    expect(nothing.queue).toEqual([]);
    expect(nothing.latency.every(({ dispatch }) => dispatch.count === 0)).toBe(true);
  });
});
