import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Workspace } from '@berth/contracts';
import { ApiCaller, tarGz } from '../../support/api-caller.js';
import { testDatabase } from '../../support/servers.js';
import type { System } from '../../support/system.js';
import { oneAgentSystem } from './one-agent-system.js';

const REPOSITORY = resolve(import.meta.dirname, '../../..');
const GZIP = { 'content-type': 'application/gzip' };

/** Starts a service by hand, as an operator would, and waits for its end. */
async function startByHand(
  app: string,
  env: Record<string, string>,
): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [resolve(REPOSITORY, `apps/${app}/dist/main.js`)], {
    env: { PATH: process.env['PATH'] ?? '', BERTH_HTTP_PORT: '0', BERTH_LOG_LEVEL: 'silent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = text(child.stderr);
  const code = await new Promise<number | null>((done) => child.once('exit', done));
  return { code, said: await said };
}

describe('a service that is started by hand', () => {
  const good = {
    BERTH_API_KEY: 'k'.repeat(32),
    BERTH_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/berth',
    AMQP_URL: 'amqp://u:hunter2@127.0.0.1:1',
    BERTH_START_WAIT_SECONDS: '1',
  };

  it.each(['', 'short'])('refuses to start with the API key "%s", naming what it must be', async (key) => {
    const { code, said } = await startByHand('api', { ...good, BERTH_API_KEY: key });
    expect(code).toBe(1);
    expect(said).toMatch(/^api: BERTH_API_KEY must be set and at least 32 characters/);
    expect(said.trim().split('\n')).toHaveLength(1);
  });

  it.each(['api', 'scheduler', 'registry'])(
    'says in one line that PostgreSQL is away, after a bounded wait: %s',
    async (app) => {
      const { code, said } = await startByHand(app, good);
      expect(code).toBe(1);
      expect(said).toMatch(
        new RegExp(`^${app}: PostgreSQL at 127.0.0.1:1 \\(DATABASE_URL\\): .*ECONNREFUSED`),
      );
      expect(said).not.toContain('hunter2');
      expect(said.trim().split('\n')).toHaveLength(1);
    },
  );

  it('says in one line that RabbitMQ is away, after a bounded wait', async () => {
    const database = await testDatabase();
    const { code, said } = await startByHand('scheduler', { ...good, DATABASE_URL: database.url });
    await database.drop();
    expect(code).toBe(1);
    expect(said.trim()).toBe('scheduler: RabbitMQ at 127.0.0.1:1 (AMQP_URL) did not answer within 1 s');
  });
});

describe('bad input', () => {
  let system: System;
  let api: ApiCaller;
  let workspace: Workspace;

  beforeAll(async () => {
    system = await oneAgentSystem();
    api = system.api;
    workspace = await api.workspace('bad-input', { 'main.tf': 'resource "terraform_data" "one" {}\n' });
  }, 90_000);

  it('gets 400 for a text with a zero byte, which PostgreSQL cannot store', async () => {
    for (const body of [
      { workspaceId: workspace.id, operation: 'plan', message: 'a\0b' },
      { workspaceId: workspace.id, operation: 'plan', targets: ['a\0b'] },
    ]) {
      expect(await api.call('POST', '/api/v1/tasks', body)).toMatchObject({
        status: 400,
        body: { code: 'INVALID_REQUEST', detail: expect.stringContaining('zero byte') },
      });
    }
  });

  it('gets 401 without a key, with a wrong one, and 403 with an agent’s token', async () => {
    const path = '/api/v1/workspaces';
    expect(await new ApiCaller(api.baseUrl, '').call('GET', path)).toMatchObject({ status: 401 });
    expect(await new ApiCaller(api.baseUrl, 'x'.repeat(40)).call('GET', path)).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHORIZED' },
    });
    expect(await new ApiCaller(api.baseUrl, system.agentToken).call('GET', path)).toMatchObject({
      status: 403,
    });
  });

  it('takes a key in X-API-Key as well', async () => {
    const answer = await fetch(new URL('/api/v1/workspaces', api.baseUrl), {
      headers: { 'x-api-key': api.key },
    });
    expect(answer.status).toBe(200);
  });

  it.each<[string, object, string]>([
    ['an unknown field', { name: 'a', engine: 'terraform', colour: 'blue' }, 'colour'],
    ['a wrong type', { name: 'a', engine: 'terraform', autoApply: 'yes' }, 'autoApply'],
    ['a value that is not allowed', { name: 'a', engine: 'pulumi' }, 'engine'],
    ['a field that is missing', { engine: 'terraform' }, 'name'],
    [
      'a path that leaves the configuration',
      { name: 'a', engine: 'terraform', workingDirectory: '../x' },
      'workingDirectory',
    ],
  ])('gets 400 that names the field: %s', async (_, body, field) => {
    const answer = await api.call('POST', '/api/v1/workspaces', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', errors: [{ field }] } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.detail).toContain(field);
  });

  it('gets 400 for a workspace’s name that could be an id, from its creation and from its change', async () => {
    const name = workspace.id;
    for (const [method, path, body] of [
      ['POST', '/api/v1/workspaces', { name, engine: 'terraform' }],
      ['PATCH', '/api/v1/workspaces/bad-input', { name }],
    ] as const) {
      expect(await api.call(method, path, body)).toMatchObject({
        status: 400,
        body: { code: 'INVALID_REQUEST' },
      });
    }
  });

  it('gets 400 for a body that is not JSON, and 404 for what is not there', async () => {
    const json = { 'content-type': 'application/json' };
    expect(await api.call('POST', '/api/v1/tasks', '{', json)).toMatchObject({
      status: 400,
      body: { code: 'MALFORMED_JSON' },
    });
    expect(await api.call('GET', '/api/v1/tasks/nothing')).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });
    expect(await api.call('GET', '/api/v1/nothing')).toMatchObject({ status: 404 });
    expect(await api.call('GET', '/api/v1/tasks?cursor=rubbish')).toMatchObject({ status: 400 });
    expect(await api.call('GET', '/api/v1/tasks?status=lost')).toMatchObject({ status: 400 });
  });

  it('gets 4xx with the reason for a configuration that is none, and nothing is stored', async () => {
    const path = `/api/v1/workspaces/${workspace.id}/configurations`;
    const count = async () =>
      (await system.database.database.rows<{ n: number }>('select count(*)::int as n from configurations'))[0]
        ?.n;
    const before = await count();
    const refusals: [Buffer, string][] = [
      [Buffer.from('this is no archive'), 'ARCHIVE_NOT_TAR_GZ'],
      [gzipSync('this is no tar'), 'ARCHIVE_NOT_TAR_GZ'],
      [await tarGz({ '../../etc/passwd': 'root' }), 'ARCHIVE_ESCAPES_ROOT'],
      [await tarGz({ '/etc/passwd': 'root' }), 'ARCHIVE_ESCAPES_ROOT'],
      [await tarGz({ 'zeros.tf': '0'.repeat(80_000_000) }), 'ARCHIVE_BOMB'],
      [await tarGz({ 'README.md': 'nothing for terraform' }), 'ARCHIVE_EMPTY'],
    ];
    for (const [body, code] of refusals) {
      expect(await api.call('POST', path, body, GZIP)).toMatchObject({ status: 422, body: { code } });
    }
    expect(await api.call('POST', path, Buffer.from('x'), { 'content-type': 'text/plain' })).toMatchObject({
      status: 415,
    });
    expect(await count()).toBe(before);
  });

  it('gets a task that failed for good, with terraform’s own words, for HCL that is invalid', async () => {
    const broken = await api.workspace('broken', { 'main.tf': 'resource "terraform_data" {\n' });
    const task = await api.task(broken.id, 'plan_and_apply');
    const failed = await api.reaches(task.id, 'failed');
    expect(failed).toMatchObject({ retries: 0, error: { class: 'permanent' } });
    expect(failed.error?.message).toMatch(
      /Missing name for resource|Unclosed configuration block|Invalid block/,
    );
    expect(await api.log(task.id, 'plan')).toContain('main.tf line 1');
    const [slot] = await system.database.database.rows('select 1 from slots where task_id = $1', [task.id]);
    expect(slot).toBeUndefined();
  });

  it('gets 409 with the status for what the state of the task does not allow', async () => {
    const task = await api.task(workspace.id, 'plan');
    await api.reaches(task.id, 'succeeded');
    for (const verb of ['confirm', 'discard', 'cancel', 'force-cancel', 'retry']) {
      expect(await api.call('POST', `/api/v1/tasks/${task.id}/${verb}`)).toMatchObject({
        status: 409,
        body: { code: 'STATUS_DOES_NOT_ALLOW', currentStatus: 'succeeded' },
      });
    }
  });

  it('gets 422 for a task without a configuration, and for an apply of a plan that is not there', async () => {
    const empty = await api.expect<Workspace>('POST', '/api/v1/workspaces', {
      name: 'empty',
      engine: 'terraform',
    });
    expect(
      await api.call('POST', '/api/v1/tasks', { workspaceId: empty.id, operation: 'plan' }),
    ).toMatchObject({
      status: 422,
      body: { code: 'NO_CONFIGURATION' },
    });
    expect(
      await api.call('POST', '/api/v1/tasks', {
        workspaceId: workspace.id,
        operation: 'apply',
        planTaskId: workspace.id,
      }),
    ).toMatchObject({ status: 422, body: { code: 'NO_SUCH_PLAN' } });
  });

  it('gets 400 with the field for a task that contradicts itself', async () => {
    const replace = ['terraform_data.x'];
    for (const [asked, field] of [
      [{ operation: 'plan', refreshOnly: true, replace }, 'replace'],
      [{ operation: 'destroy', replace }, 'replace'],
      [{ operation: 'destroy', refreshOnly: true }, 'refreshOnly'],
      [{ operation: 'apply', planTaskId: workspace.id, targets: replace }, 'targets'],
      [{ operation: 'apply', planTaskId: workspace.id, replace }, 'replace'],
      [{ operation: 'apply', planTaskId: workspace.id, refreshOnly: true }, 'refreshOnly'],
    ] as const) {
      const answer = await api.call('POST', '/api/v1/tasks', { workspaceId: workspace.id, ...asked });

      expect(answer).toMatchObject({ status: 400 });
      expect(JSON.stringify(answer.body)).toContain(`"${field}`);
    }
  });

  it.each(['latest', '1.x', '^1.2.3', '>= 1.5 < 2'])(
    'gets 400 for a version of the engine that no agent could look for: %s',
    async (engineVersion) => {
      for (const [method, path, body] of [
        ['POST', '/api/v1/workspaces', { name: 'versioned', engine: 'terraform', engineVersion }],
        ['PATCH', '/api/v1/workspaces/bad-input', { engineVersion }],
      ] as const) {
        expect(await api.call(method, path, body)).toMatchObject({
          status: 400,
          body: {
            code: 'INVALID_REQUEST',
            errors: [{ field: 'engineVersion' }],
            detail: expect.stringContaining('~> 1.11'),
          },
        });
      }
    },
  );

  it.each(['source', 'version', 'providers', 'count', 'for_each', 'lifecycle', 'depends_on', 'locals'])(
    'gets 400 for a terraform variable that no configuration can have: %s',
    async (key) => {
      const path = `/api/v1/workspaces/${workspace.id}/variables/${key}`;
      expect(await api.call('PUT', path, { value: 'x', category: 'terraform' })).toMatchObject({
        status: 400,
        body: { code: 'RESERVED_VARIABLE', detail: expect.stringContaining(key) },
      });
      expect(await api.call('PUT', path, { value: 'x', category: 'env' })).toMatchObject({ status: 200 });
      expect(await api.call('DELETE', path)).toMatchObject({ status: 204 });
    },
  );

  it('names the setting where something is too large', async () => {
    const path = `/api/v1/workspaces/${workspace.id}/terraform-state`;
    const large = Buffer.alloc(101 * 1024 * 1024, ' ');
    expect(await api.call('POST', path, large)).toMatchObject({
      status: 413,
      body: { detail: 'a state may have 100 MB at the most (BERTH_MAX_STATE_MB of the api is 100)' },
    });
  });

  it.each([undefined, 'application/x-www-form-urlencoded'])(
    'takes what bytes are for the content type where there is none (%s)',
    async (contentType) => {
      const headers: Record<string, string> = {
        'x-api-key': api.key,
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      };
      const send = async (path: string, body: Buffer): Promise<number> =>
        (await fetch(new URL(path, api.baseUrl), { method: 'POST', headers, body: new Uint8Array(body) }))
          .status;
      const path = `/api/v1/workspaces/${workspace.id}/configurations`;

      expect(await send(path, await tarGz({ 'main.tf': 'resource "terraform_data" "one" {}\n' }))).toBe(201);
      expect(await send(path, Buffer.from('PK\u0003\u0004 zip'))).toBe(415);
      expect(await send(path, Buffer.from('neither'))).toBe(415);
      const json = JSON.stringify({ name: `by-bytes-${contentType?.length ?? 0}`, engine: 'terraform' });
      expect(await send('/api/v1/workspaces', Buffer.from(json))).toBe(201);
    },
  );

  it('gets 422 for a variable that would take the run over', async () => {
    const put = async (key: string) =>
      api.call('PUT', `/api/v1/workspaces/${workspace.id}/variables/${key}`, { value: 'x', category: 'env' });
    for (const key of [
      'TF_CLI_ARGS_plan',
      'TF_DATA_DIR',
      'LD_PRELOAD',
      'TF_HTTP_ADDRESS',
      'PATH',
      'BERTH_API_KEY',
    ]) {
      expect(await put(key)).toMatchObject({ status: 422, body: { code: 'FORBIDDEN_VARIABLE' } });
    }
  });

  it('never shows a sensitive variable again, and keeps every value sealed', async () => {
    const path = `/api/v1/workspaces/${workspace.id}/variables`;
    await api.expect('PUT', `${path}/password`, { value: 'hunter2', category: 'terraform', sensitive: true });
    const list = await api.expect<{ items: { key: string; value: string | null }[] }>('GET', path);
    expect(list.items).toMatchObject([{ key: 'password', value: null, sensitive: true }]);
    const [row] = await system.database.database.rows<{ sealed_value: Buffer }>(
      'select sealed_value from variables',
    );
    expect(row?.sealed_value.includes('hunter2')).toBe(false);
    await api.expect('DELETE', `${path}/password`);
  });

  it('gets another organization’s things as if they were not there', async () => {
    const key = `stranger_${'x'.repeat(40)}`;
    await system.database.database.rows(
      `with o as (insert into organizations (name) values ('stranger') returning id)
       insert into api_keys (organization_id, name, key_hash, role) select id, 'stranger', sha256($1::bytea), 'owner' from o`,
      [Buffer.from(key)],
    );
    const other = new ApiCaller(api.baseUrl, key);
    expect(await other.call('GET', `/api/v1/workspaces/${workspace.id}`)).toMatchObject({ status: 404 });
    expect(await other.call('GET', '/api/v1/tasks')).toMatchObject({ status: 200, body: { items: [] } });
    expect(
      await other.call('POST', '/api/v1/tasks', { workspaceId: workspace.id, operation: 'plan' }),
    ).toMatchObject({ status: 404 });
    expect(await other.call('GET', `/api/v1/workspaces/${workspace.id}/terraform-state`)).toMatchObject({
      status: 410,
    });
  });
});
