import { createHash } from 'node:crypto';
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { StateVersion, Task, UnsavedState, Workspace } from '@berth/contracts';
import { BareAgent } from '../support/bare-agent.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

describe('a state that terraform cannot save', () => {
  let system: System;
  let gate: string;
  let workspaces = 0;
  let workspace: Workspace;

  beforeAll(async () => {
    // A limit that a state beyond it passes without taking a loaded machine's whole transaction time.
    system = await System.start({ agents: 1, apiEnv: { BERTH_MAX_STATE_MB: '8' } });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  beforeEach(async () => {
    gate = join(await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'unsaved-')), 'open');
    const main = `
resource "terraform_data" "made" {
  input = "made"
  provisioner "local-exec" {
    command = "while [ ! -e ${gate} ]; do sleep 0.05; done"
  }
}`;
    workspace = await system.api.workspace(`unsaved-${(workspaces += 1)}`, { 'main.tf': main });
  });

  const path = (rest = ''): string => `/api/v1/workspaces/${workspace.id}/unsaved-states${rest}`;

  const unsaved = async (): Promise<UnsavedState[]> =>
    (await system.api.expect<{ items: UnsavedState[] }>('GET', path())).items;

  const resources = async (): Promise<string[]> => {
    const state = await system.api.expect<any>('GET', `/api/v1/workspaces/${workspace.id}/state`);
    return state.resources.map(({ address }: { address: string }) => address);
  };

  /** Somebody takes the lock away while the apply runs, so that its state is refused. */
  async function applyThatCannotSave(): Promise<{ task: Task; kept: UnsavedState }> {
    const { id } = await system.api.task(workspace.id, 'plan_and_apply', { autoApply: true });
    await system.api.reaches(id, 'applying');
    const { database } = system.database;
    await waitFor('the apply to hold the lock', async () => {
      const taken = await database.rows(
        `with taken as (update state_locks set lock_id = 'of somebody else' where task_id = $1 returning 1) select * from taken`,
        [id],
      );
      return taken.length === 1;
    });
    await writeFile(gate, '');
    const task = await system.api.reaches(id, 'failed');
    const kept = await waitFor('the state to be kept', async () => (await unsaved())[0] ?? null);
    return { task, kept };
  }

  it('is kept, stops everything that writes, and is the newest one once a person pushes it', async () => {
    const { task, kept } = await applyThatCannotSave();
    expect(task.error).toMatchObject({ code: 'TERRAFORM_STATE_NOT_SAVED', class: 'permanent' });
    expect(kept).toMatchObject({ taskId: task.id, attempt: task.attempt, resolution: null });
    const read = async () => system.api.expect<Workspace>('GET', `/api/v1/workspaces/${workspace.id}`);
    expect(await read()).toMatchObject({ needsAttention: true });
    const refused = await system.api.call('POST', '/api/v1/tasks', {
      workspaceId: workspace.id,
      operation: 'plan_and_apply',
    });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'WORKSPACE_NEEDS_ATTENTION', detail: expect.stringContaining('unsaved-states') },
    });
    expect(
      await system.api.call('PATCH', `/api/v1/workspaces/${workspace.id}`, { needsAttention: false }),
    ).toMatchObject({ status: 409, body: { code: 'UNSAVED_STATES_OPEN' } });
    const events = (await system.api.events(task.id)).map(({ event }) => event);
    expect(events).toContain('unsaved_state_kept');

    expect(await system.api.expect('POST', path(`/${kept.id}/push`), {})).toMatchObject({
      resolution: 'pushed',
    });
    expect(await resources()).toEqual(['terraform_data.made']);
    expect(await read()).toMatchObject({ needsAttention: false });
    expect(await system.api.call('POST', path(`/${kept.id}/push`), {})).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_RESOLVED' },
    });
    const next = await system.api.task(workspace.id, 'plan_and_apply');
    expect(await system.api.reaches(next.id, 'succeeded')).toMatchObject({
      changes: { add: 0, change: 0, destroy: 0 },
    });
    expect(await readdir(join(dirname(system.apiService.logFile), 'agent-1', 'unsaved-states'))).toEqual([]);
  }, 60_000);

  it('does not overwrite what was written since, unless a person insists', async () => {
    const { kept } = await applyThatCannotSave();
    const other = {
      version: 4,
      serial: Number(kept.serial) + 3,
      lineage: kept.lineage,
      outputs: {},
      resources: [],
    };
    await system.api.expect(
      'POST',
      `/api/v1/workspaces/${workspace.id}/terraform-state`,
      JSON.stringify(other),
    );
    expect(await system.api.call('POST', path(`/${kept.id}/push`), {})).toMatchObject({
      status: 409,
      body: { code: 'STATE_MOVED_ON' },
    });
    const [newest, seen] = (
      await system.api.expect<{ items: StateVersion[] }>(
        'GET',
        `/api/v1/workspaces/${workspace.id}/state-versions`,
      )
    ).items;
    expect(
      await system.api.call('POST', path(`/${kept.id}/push`), { force: true, newestId: seen?.id ?? kept.id }),
    ).toMatchObject({ status: 409, body: { code: 'STATE_MOVED_ON' } });
    await system.api.expect('POST', path(`/${kept.id}/push`), { force: true, newestId: newest?.id });
    expect(await resources()).toEqual(['terraform_data.made']);
    const state = await system.api.expect<any>('GET', `/api/v1/workspaces/${workspace.id}/state`);
    expect(state.serial).toBe(Number(kept.serial) + 4);
  }, 60_000);

  it('may be discarded, and is found by nobody else', async () => {
    const { kept } = await applyThatCannotSave();
    for (const [method, wrong] of [
      ['POST', path(`/${workspace.id}/push`)],
      ['DELETE', path('/nonsense')],
    ] as const) {
      expect(await system.api.call(method, wrong, {})).toMatchObject({ status: 404 });
    }
    expect(await system.api.call('POST', path(`/${kept.id}/push`), { force: 'yes' })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST' },
    });
    expect(await system.api.call('DELETE', `/api/v1/workspaces/${workspace.id}`)).toMatchObject({
      status: 409,
      body: { code: 'UNSAVED_STATES_OPEN' },
    });
    expect(await system.api.expect('DELETE', path(`/${kept.id}`))).toMatchObject({ resolution: 'discarded' });
    expect(await system.api.expect('GET', `/api/v1/workspaces/${workspace.id}`)).toMatchObject({
      needsAttention: false,
    });
  }, 60_000);

  it('of a first apply has no lineage yet where the state could not be read either, and is kept and pushed all the same', async () => {
    const { database } = system.database;
    const plan = await system.api.task(workspace.id, 'plan');
    await system.api.reaches(plan.id, 'succeeded');
    const { id } = await system.api.task(workspace.id, 'plan_and_apply', { autoApply: true });
    await system.api.reaches(id, 'applying');
    await waitFor('the apply to change something', async () =>
      (await system.api.log(id, 'apply')).includes('terraform_data.made: Creating'),
    );
    // As if an apply before had made something: then a state that is not there is an error for a run.
    const pretend = async (phase: string) =>
      database.rows(`update tasks set phase = $2, changes = '{"add": 1}' where id = $1`, [plan.id, phase]);
    await pretend('apply');
    await writeFile(gate, '');
    const state = await waitFor('the state to be kept', async () => (await unsaved())[0] ?? null, 30_000);
    expect(state).toMatchObject({ taskId: id, lineage: null, fault: null, resolution: null });
    await system.api.reaches(id, 'failed');
    await pretend('plan');

    await system.api.expect('POST', path(`/${state.id}/push`), {});
    expect(await resources()).toEqual(['terraform_data.made']);
    const next = await system.api.task(workspace.id, 'plan_and_apply');
    expect(await system.api.reaches(next.id, 'succeeded')).toMatchObject({
      changes: { add: 0, change: 0, destroy: 0 },
    });
  }, 90_000);

  it('is kept also where it is none, and a person sees why it cannot be pushed', async () => {
    const agent = await BareAgent.connect({
      apiUrl: system.api.baseUrl,
      amqpUrl: system.broker.url,
      agentToken: system.agentToken,
      agentId: 'broken',
      slots: 1,
    });
    const { task } = await applyThatCannotSave();
    const { database } = system.database;
    await database.rows('update tasks set agent_id = $2 where id = $1', [task.id, 'broken']);
    await system.api.expect('DELETE', path(`/${String((await unsaved())[0]?.id)}`));
    const handOver = async (content: Buffer) =>
      agent.call('PUT', `/agent/v1/tasks/${task.id}/unsaved-state?attempt=${task.attempt}`, content, {
        'x-berth-sha256': createHash('sha256').update(content).digest('hex'),
      });
    const beginning = Buffer.from('{"version":4,"serial":');
    const large = Buffer.from(
      `{"version":4,"serial":"7","lineage":[],"outputs":{"x":{"type":"string","value":"${'x'.repeat(16 * 1024 ** 2)}"},"n":{"type":"number","value":9007199254740993}}}`,
    );
    for (const content of [beginning, beginning, large]) {
      expect((await handOver(content)).status).toBe(204);
    }
    const [second, first] = (await unsaved()).filter(({ resolution }) => resolution === null);
    expect([first, second]).toMatchObject([
      {
        fault: expect.stringContaining('not JSON'),
        serial: null,
        lineage: null,
        sizeBytes: beginning.length,
      },
      { fault: null, serial: null, lineage: null, sizeBytes: large.length },
    ]);
    expect(await system.api.call('POST', path(`/${first?.id}/push`), { force: true })).toMatchObject({
      status: 422,
      body: { code: 'UNUSABLE_STATE' },
    });
    expect(await system.api.call('GET', path(`/${first?.id}/content`))).toMatchObject({
      status: 200,
      body: beginning.toString(),
    });
    await system.api.expect('POST', path(`/${second?.id}/push`), {});
    const answer = await fetch(
      new URL(`/api/v1/workspaces/${workspace.id}/terraform-state`, system.api.baseUrl),
      { headers: { authorization: `Bearer ${system.api.key}` } },
    );
    const stored = await answer.text();
    expect(stored.slice(0, 30)).toMatch(/^\{"version":4,"serial":1,"linea/);
    expect(stored.endsWith('"value":9007199254740993}}}')).toBe(true);
    await agent.close();
  }, 120_000);
});
