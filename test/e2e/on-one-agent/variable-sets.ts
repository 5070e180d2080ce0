import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { EffectiveVariable, VariableSet, Workspace } from '@berth/contracts';
import { ApiCaller } from '../../support/api-caller.js';
import type { System } from '../../support/system.js';
import { oneAgentSystem } from './one-agent-system.js';

const SETS = '/api/v1/variable-sets';
const MAIN = `
variable "region" { default = "none" }
variable "zone" { default = "none" }
variable "tags" { default = [] }
output "seen" { value = join(" ", concat([var.region, var.zone], var.tags)) }
`;

let system: System;
let api: ApiCaller;

beforeAll(async () => {
  system = await oneAgentSystem();
  api = system.api;
}, 90_000);

/** A set with terraform variables. */
async function variableSet(
  name: string,
  variables: Record<string, string>,
  more: object = {},
): Promise<string> {
  await api.expect('POST', SETS, { name, ...more });
  for (const [key, value] of Object.entries(variables)) {
    await api.expect('PUT', `${SETS}/${name}/variables/${key}`, { value, category: 'terraform' });
  }
  return `${SETS}/${name}`;
}

async function effective(workspace: Workspace): Promise<EffectiveVariable[]> {
  const path = `/api/v1/workspaces/${workspace.name}/effective-variables`;
  return (await api.expect<{ items: EffectiveVariable[] }>('GET', path)).items;
}

/** What terraform saw in a run of the workspace, to its end. */
async function seenBy(workspace: Workspace): Promise<string> {
  const task = await api.task(workspace.id, 'plan_and_apply', { autoApply: true });
  await api.reaches(task.id, 'succeeded');
  const state = await api.expect<any>('GET', `/api/v1/workspaces/${workspace.id}/state`);
  return state.outputs.seen.value;
}

describe('a variable set', () => {
  it('reaches the runs of the workspaces that it is assigned to, until it is taken away', async () => {
    const workspace = await api.workspace('assigned', { 'main.tf': MAIN });
    const other = await api.workspace('not-assigned', { 'main.tf': MAIN });
    const path = await variableSet('network', { region: 'eu' });
    const set = await api.expect<VariableSet>('GET', path);
    await api.expect('PUT', `${path}/variables/TF_VAR_zone`, {
      value: 'a',
      category: 'env',
      sensitive: true,
    });
    await api.expect('PUT', `${path}/variables/tags`, { value: '["x"]', category: 'terraform', hcl: true });
    expect(await effective(workspace)).toEqual([]);

    for (const idOrName of [workspace.name, workspace.id]) {
      const answer = await api.call('PUT', `${path}/workspaces/${idOrName}`);
      expect(answer).toMatchObject({ status: 204, body: '' });
    }
    expect(await api.expect('GET', `${path}/workspaces`)).toMatchObject({ items: [{ id: workspace.id }] });
    const from = { variableSet: { id: set.id, name: 'network' } };
    expect(await effective(workspace)).toMatchObject([
      { key: 'TF_VAR_zone', value: null, category: 'env', sensitive: true, from },
      { key: 'region', value: 'eu', category: 'terraform', from },
      { key: 'tags', value: '["x"]', hcl: true, from },
    ]);
    expect(await effective(other)).toEqual([]);
    expect(await seenBy(workspace)).toBe('eu a x');

    await api.expect('DELETE', `${path}/workspaces/${workspace.name}`);
    expect(await effective(workspace)).toEqual([]);
    expect(await seenBy(workspace)).toBe('none none');
  }, 150_000);

  it('gives way to the workspace’s own variables, and reaches every workspace where it is global', async () => {
    const workspace = await api.workspace('owner', { 'main.tf': MAIN });
    const own = `/api/v1/workspaces/owner/variables/region`;
    const first = await variableSet('b-team', { region: 'b' });
    const second = await variableSet('c-team', { region: 'c' });
    const global = await variableSet('a-all', { region: 'all', zone: 'all' }, { global: true });
    for (const path of [second, first]) {
      await api.expect('PUT', `${path}/workspaces/owner`);
    }
    await api.expect('PUT', own, { value: 'own', category: 'terraform' });
    expect(await effective(workspace)).toMatchObject([
      { key: 'region', value: 'own', from: 'workspace' },
      { key: 'zone', value: 'all', from: { variableSet: { name: 'a-all' } } },
    ]);
    expect(await seenBy(workspace)).toBe('own all');

    const region = async () => (await effective(workspace)).find(({ key }) => key === 'region')?.value;
    await api.expect('DELETE', own);
    expect(await region()).toBe('b');
    await api.expect('PUT', `${global}/workspaces/owner`);
    expect(await region()).toBe('all');
    await api.expect('DELETE', `${global}/workspaces/owner`);
    await api.expect('DELETE', first);
    expect(await region()).toBe('c');
    await api.expect('DELETE', `${second}/variables/region`);
    expect(await region()).toBe('all');
    await api.expect('PATCH', global, { global: false });
    expect(await effective(workspace)).toEqual([]);
  }, 90_000);

  it('never shows a sensitive variable again, and keeps every value sealed', async () => {
    const path = await variableSet('secrets', {});
    const variable = { value: 'hunter2', category: 'terraform', sensitive: true };
    const answer = await api.expect('PUT', `${path}/variables/password`, variable);
    expect(answer).toMatchObject({ key: 'password', value: null, sensitive: true });
    expect(await api.expect('GET', `${path}/variables`)).toEqual({ items: [answer], nextCursor: null });
    const sealed = await system.database.database.rows<{ sealed_value: Buffer }>(
      "select sealed_value from variable_set_variables where key = 'password'",
    );
    expect(sealed.map((row) => row.sealed_value.includes('hunter2'))).toEqual([false]);
  });

  it('can be described, renamed and listed in pages', async () => {
    const made = await api.expect<VariableSet>('POST', SETS, { name: 'page-1', description: 'of pages' });
    expect(made).toMatchObject({ name: 'page-1', description: 'of pages', global: false });
    await api.expect('PATCH', `${SETS}/page-1`, { name: 'page-2' });
    expect(await api.call('GET', `${SETS}/page-1`)).toMatchObject({ status: 404 });
    expect(await api.expect('GET', `${SETS}/page-2`)).toMatchObject({ id: made.id, description: 'of pages' });
    await variableSet('page-3', {});
    const page = await api.expect<any>('GET', `${SETS}?limit=1`);
    const next = await api.expect<any>('GET', `${SETS}?limit=1&cursor=${page.nextCursor}`);
    expect([page.items, next.items]).toMatchObject([[{ name: 'page-3' }], [{ name: 'page-2' }]]);
  });

  it('forgets a workspace that is deleted', async () => {
    const workspace = await api.workspace('short-lived', { 'main.tf': MAIN });
    const path = await variableSet('lasting', {});
    await api.expect('PUT', `${path}/workspaces/${workspace.id}`);
    await api.expect('DELETE', `/api/v1/workspaces/${workspace.id}`);
    expect(await api.expect('GET', `${path}/workspaces`)).toEqual({ items: [], nextCursor: null });
  });

  it('is created once when its request comes again, also after a crash before the answer', async () => {
    const body = { name: 'once' };
    const key = { 'idempotency-key': 'variable-set' };
    const first = await api.call('POST', SETS, body, key);
    expect(await api.call('POST', SETS, body, key)).toMatchObject({ status: 201, body: first.body });
    await system.database.database.rows(
      "update idempotency_keys set status = null, response = null, held_until = now() where key = 'variable-set'",
    );
    expect(await api.call('POST', SETS, body, key)).toMatchObject({ status: 201, body: first.body });
  });
});

describe('bad input for variable sets', () => {
  const refused = async (method: string, path: string, body: unknown, status: number, code: string) => {
    expect(await api.call(method, path, body)).toMatchObject({ status, body: { code } });
  };

  beforeAll(async () => {
    await variableSet('good', {});
    await variableSet('better', {});
    await api.workspace('good', { 'main.tf': MAIN });
  });

  it.each<[string, string, string, unknown, string]>([
    ['an unknown field', 'POST', '', { name: 'a', colour: 'blue' }, 'colour'],
    ['a field that is missing', 'POST', '', {}, 'name'],
    ['a wrong type', 'PATCH', '/good', { global: 'yes' }, 'global'],
    ['a name that could be an id', 'POST', '', { name: randomUUID() }, 'name'],
    ['a new name that could be an id', 'PATCH', '/good', { name: randomUUID() }, 'name'],
    ['a value that is missing', 'PUT', '/good/variables/a', { category: 'env' }, 'value'],
    ['HCL for an environment', 'PUT', '/good/variables/a', { value: '', category: 'env', hcl: true }, 'hcl'],
    ['a cursor of nobody', 'GET', '?cursor=rubbish', undefined, 'cursor'],
  ])('gets 400 that names the field: %s', async (_, method, path, body, field) => {
    const answer = await api.call(method, `${SETS}${path}`, body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    expect(answer.body.detail).toContain(field);
  });

  it('gets 409 for a name that another set has, from its creation and from its change', async () => {
    await refused('POST', SETS, { name: 'good' }, 409, 'NAME_TAKEN');
    await refused('PATCH', `${SETS}/better`, { name: 'good' }, 409, 'NAME_TAKEN');
    await api.expect('PATCH', `${SETS}/better`, { name: 'better' });
  });

  it('gets 422 for a variable that would take the run over', async () => {
    for (const key of ['TF_CLI_ARGS_plan', 'LD_PRELOAD', 'PATH', 'BERTH_API_KEY']) {
      const body = { value: 'x', category: 'env' };
      await refused('PUT', `${SETS}/good/variables/${key}`, body, 422, 'FORBIDDEN_VARIABLE');
    }
    expect(await api.expect('GET', `${SETS}/good/variables`)).toMatchObject({ items: [] });
  });

  it.each([
    ['GET', '/nothing'],
    ['PATCH', '/nothing'],
    ['DELETE', `/${randomUUID()}`],
    ['GET', '/nothing/variables'],
    ['DELETE', '/good/variables/nothing'],
    ['GET', '/nothing/workspaces'],
    ['PUT', '/nothing/workspaces/good'],
    ['PUT', '/good/workspaces/nothing'],
    ['DELETE', '/good/workspaces/nothing'],
    ['DELETE', '/good/workspaces/good'],
  ])('gets 404 for what is not there: %s %s', async (method, path) => {
    await refused(method, `${SETS}${path}`, undefined, 404, 'NOT_FOUND');
  });

  it('gets another organization’s things as if they were not there, and its global variables neither', async () => {
    const key = `other_${'x'.repeat(40)}`;
    await system.database.database.rows(
      `with o as (insert into organizations (name) values ('other') returning id),
         p as (insert into pools (organization_id, name) select id, 'default' from o)
       insert into api_keys (organization_id, name, key_hash, role) select id, 'other', sha256($1::bytea), 'owner' from o`,
      [Buffer.from(key)],
    );
    const other = new ApiCaller(api.baseUrl, key);
    const theirs = await other.expect<VariableSet>('POST', SETS, { name: 'good', global: true });
    await other.expect('PUT', `${SETS}/good/variables/theirs`, { value: 'x', category: 'terraform' });
    const workspace = await other.expect<Workspace>('POST', '/api/v1/workspaces', {
      name: 'theirs',
      engine: 'terraform',
    });

    expect(await other.expect('GET', SETS)).toMatchObject({ items: [{ id: theirs.id }], nextCursor: null });
    await refused('GET', `${SETS}/${theirs.id}`, undefined, 404, 'NOT_FOUND');
    await refused('PUT', `${SETS}/${theirs.id}/workspaces/good`, undefined, 404, 'NOT_FOUND');
    await refused('PUT', `${SETS}/good/workspaces/${workspace.id}`, undefined, 404, 'NOT_FOUND');
    await refused(
      'GET',
      `/api/v1/workspaces/${workspace.id}/effective-variables`,
      undefined,
      404,
      'NOT_FOUND',
    );
    const mine = await api.expect<Workspace>('GET', '/api/v1/workspaces/good');
    expect((await effective(mine)).map((variable) => variable.key)).not.toContain('theirs');
  });
});
