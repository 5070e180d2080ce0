import type { Page, Slot, Task, Workspace } from '@berth/contracts';
import type { Database } from '@berth/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiCaller } from '../support/api-caller.js';
import { Fleet } from '../support/fleet.js';
import { person, type Person } from '../support/people.js';
import { accept, claim, plannedTask } from '../support/planned-task.js';
import { System } from '../support/system.js';

describe('lists of tasks, workspaces and slots', () => {
  let system: System;
  let database: Database;
  let fleet: Fleet;
  let operator: Person;
  let asOperator: ApiCaller;

  beforeAll(async () => {
    system = await System.start({
      agents: 0,
      schedulers: 0,
      registryEnv: { BERTH_AGENT_SUSPECT_AFTER_MS: '600000', BERTH_AGENT_LOST_AFTER_MS: '600000' },
    });
    ({ database } = system.database);
    fleet = await Fleet.in(database);
    await fleet.agent('a', 4);
    operator = await person(database, { organizationId: fleet.organizationId, role: 'operator' });
    asOperator = new ApiCaller(system.api.baseUrl, operator.key);
  }, 120_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  const listed = async (query: string, caller: ApiCaller = system.api): Promise<string[]> => {
    const { items } = await caller.expect<Page<Task>>('GET', `/api/v1/tasks?${query}`);
    return items.map(({ id }) => id);
  };

  async function workspace(name: string, project?: string): Promise<string> {
    const id = await fleet.workspace();
    await database.rows(
      `update workspaces set name = $2, project_id = coalesce((select id from projects where name = $3), project_id)
       where id = $1`,
      [id, name, project ?? null],
    );
    return id;
  }

  it('say of a task whose it is, who queued it and which one it waits for', async () => {
    const workspaceId = await workspace('lane');
    const first = await fleet.task(workspaceId, 'plan_and_apply');
    const second = await fleet.task(workspaceId, 'plan_and_apply');
    const { items } = await system.api.expect<Page<Task>>('GET', `/api/v1/tasks?workspaceId=lane`);
    const one = await system.api.read(second.id);
    expect(items[0]).toEqual(one);
    expect(one).toMatchObject({
      workspace: { id: workspaceId, name: 'lane', projectId: expect.any(String) },
      createdBy: 'user:test',
      waiting: { code: 'BEHIND_TASK', taskId: first.id },
    });
    await system.api.call('POST', `/api/v1/tasks/${second.id}/cancel`);
    await system.api.call('POST', `/api/v1/tasks/${first.id}/cancel`);
  });

  it('are narrowed by operation, project and a text in the message or the name', async () => {
    await system.api.expect('POST', '/api/v1/projects', { name: 'billing' });
    const paid = await workspace('Payments-eu', 'billing');
    const other = await workspace('search_50%', 'billing');
    const plan = await fleet.task(paid, 'plan');
    const apply = await fleet.task(paid, 'destroy');
    const said = await fleet.task(other, 'plan');
    await database.rows("update tasks set message = 'Rotate the PAYMENT keys' where id = $1", [said.id]);

    expect(await listed('search=payment')).toEqual([said.id, apply.id, plan.id]);
    expect(await listed('search=payment&operation=plan,apply')).toEqual([said.id, plan.id]);
    expect(await listed('search=50%25')).toEqual([said.id]);
    expect(await listed('search=5_%25')).toEqual([]);
    expect(await listed('project=billing&operation=destroy')).toEqual([apply.id]);
    expect(await system.api.call('GET', '/api/v1/tasks?project=nowhere')).toMatchObject({ status: 404 });
    for (const id of [plan.id, apply.id, said.id]) {
      await system.api.call('POST', `/api/v1/tasks/${id}/cancel`);
    }
  });

  it('have for each person what waits for them, and for nobody else', async () => {
    const viewer = await person(database, { organizationId: fleet.organizationId, role: 'viewer' });
    const own = await plannedTask(database, fleet);
    const others = await plannedTask(database, fleet);
    const [ofOwn, ofOthers] = (await Promise.all([own, others].map(async (id) => system.api.read(id)))).map(
      ({ workspaceId }) => workspaceId,
    );
    await database.rows('update tasks set queued_by = $2 where id = $1', [own, `user:${operator.userId}`]);
    const waiting = async (caller = asOperator) => listed('waitsForMe=true', caller);

    expect(await waiting()).toEqual([others, own]);
    await database.rows('update workspaces set allow_self_approval = false where id = $1', [ofOwn]);
    expect(await waiting()).toEqual([others]);
    await database.rows('update workspaces set approvals = 2 where id = $1', [ofOthers]);
    const { planHash } = await system.api.read(others);
    await asOperator.expect('POST', `/api/v1/tasks/${others}/confirm`, { planHash });
    expect(await waiting()).toEqual([]);
    expect(await waiting(system.api)).toEqual([others, own]);
    expect(await waiting(new ApiCaller(system.api.baseUrl, viewer.key))).toEqual([]);
    await database.rows('update workspaces set needs_attention = true where id = $1', [ofOthers]);
    expect(await waiting(system.api)).toEqual([own]);
    const attentive = await system.api.expect<Page<Workspace>>(
      'GET',
      '/api/v1/workspaces?needsAttention=true',
    );
    expect(attentive.items.map(({ id }) => id)).toEqual([ofOthers]);
    const calm = await system.api.expect<Page<Workspace>>(
      'GET',
      '/api/v1/workspaces?needsAttention=false&search=PAYM',
    );
    expect(calm.items.map(({ name }) => name)).toEqual(['Payments-eu']);
  });

  it('say of a slot which workspace runs there, and since when', async () => {
    const workspaceId = await workspace('harbour');
    await fleet.task(workspaceId, 'plan');
    const [assignment] = await claim(database);
    await accept(database, assignment!);
    const { items } = await system.api.expect<Page<Slot>>('GET', '/api/v1/slots');
    expect(items.find(({ taskId }) => taskId === assignment?.taskId)).toMatchObject({
      state: 'running',
      workspaceId,
      workspaceName: 'harbour',
      taskStartedAt: expect.stringMatching(/Z$/),
    });
    expect(items.find(({ state }) => state === 'reserved')).toMatchObject({
      workspaceName: expect.any(String),
      taskStartedAt: null,
    });
    expect(items.find(({ state }) => state === 'idle')).toMatchObject({ workspaceName: null });
  });
});
