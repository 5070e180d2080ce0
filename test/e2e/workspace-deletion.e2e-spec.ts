import type { Page, Task, Workspace } from '@berth/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemByHand } from '../support/handmade-runs.js';
import type { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const TASKS = 4_000;

describe('a deleted workspace', () => {
  let system: System;

  beforeAll(async () => {
    system = await systemByHand();
  });

  afterAll(async () => {
    await system.stop();
  });

  /** Ended, each with a line of its timeline and a piece of log; every second one an apply of the one before it. */
  async function manyTasks(workspaceId: string): Promise<void> {
    const { database } = system.database;
    await database.rows(
      `with made as (
         insert into tasks (organization_id, kind, operation, workspace_id, pool_id, status, phase, writing, lane_head,
           finished_at)
         select w.organization_id, 'terraform', 'plan', w.id, w.pool_id, 'succeeded', 'plan', false, true, now()
         from workspaces w, generate_series(1, $2) where w.id = $1
         returning id, organization_id
       ), told as (
         insert into task_events (organization_id, task_id, event, attempt, actor, message)
         select organization_id, id, 'create', 0, 'x', 'x' from made
       ), logs as (
         insert into task_logs (task_id, organization_id, phase, attempt, size_bytes)
         select id, organization_id, 'plan', 1, 1 from made returning task_id, organization_id
       )
       insert into configurations (organization_id, workspace_id, sha256, size_bytes, content)
       select organization_id, $1, 'x', 1, 'x' from logs limit 300`,
      [workspaceId, TASKS],
    );
    await database.rows(
      `insert into task_log_chunks (task_id, phase, start_offset, organization_id, content)
       select task_id, 'plan', n, organization_id, 'x' from task_logs, generate_series(0, 4) n`,
    );
    await database.rows(
      `with pairs as (select id, lag(id) over (order by id) as before, row_number() over (order by id) as n from tasks)
       update tasks t set operation = 'apply', plan_task_id = p.before from pairs p where p.id = t.id and p.n % 2 = 0`,
    );
    await database.rows(
      `insert into state_versions (organization_id, workspace_id, serial, lineage, sha256, size_bytes, sealed_content, actor)
       select organization_id, id, 1, 'x', 'x', 0, 'x', 'x' from workspaces, generate_series(1, 300) where id = $1`,
      [workspaceId],
    );
  }

  async function tasksLeft(workspaceId: string): Promise<number> {
    const [left] = await system.database.database.rows<{ count: number }>(
      'select count(*)::int as count from tasks where workspace_id = $1',
      [workspaceId],
    );
    return left?.count ?? 0;
  }

  it('is gone at once with its name free, and its rows go bit by bit, also after a kill in the middle', async () => {
    const { api } = system;
    const { database } = system.database;
    const { id, name } = await api.workspace('w', { 'main.tf': '' });
    await manyTasks(id);
    const [one] = (await api.expect<Page<Task>>('GET', `/api/v1/tasks?workspaceId=${id}&limit=1`)).items;
    expect(one?.workspaceId).toBe(id);

    expect((await api.call('DELETE', `/api/v1/workspaces/${name}?force=true`)).status).toBe(204);

    for (const path of [`/workspaces/${name}`, `/workspaces/${id}`, `/tasks/${one?.id ?? ''}`]) {
      expect((await api.call('GET', `/api/v1${path}`)).status).toBe(404);
    }
    expect((await api.expect<Page<Workspace>>('GET', '/api/v1/workspaces')).items).toEqual([]);
    expect((await api.expect<Page<Task>>('GET', '/api/v1/tasks')).items).toEqual([]);
    const again = await api.workspace(name, { 'main.tf': '' });
    expect(again.name).toBe(name);

    await waitFor('some of its tasks to be removed', async () => (await tasksLeft(id)) < TASKS);
    await system.apiService.end('SIGKILL');
    expect(await tasksLeft(id)).toBeGreaterThan(0);

    system.apiService.start();
    await system.apiService.ready();
    await waitFor('nothing to be left of it', async () => {
      const rows = await database.rows('select 1 from workspaces where id = $1', [id]);
      return rows.length === 0;
    });
    for (const table of ['tasks', 'task_events', 'task_logs', 'task_log_chunks', 'state_versions']) {
      expect([table, await database.rows(`select 1 from ${table} limit 1`)]).toEqual([table, []]);
    }
    expect(await api.expect<Workspace>('GET', `/api/v1/workspaces/${name}`)).toMatchObject({ id: again.id });
    expect(await system.apiService.log()).toContain(`nothing is left of workspace ${id}`);
  });
});
