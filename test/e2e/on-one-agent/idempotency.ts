import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Workspace } from '@berth/contracts';
import { forgetOldKeys } from '@berth/persistence';
import { tarGz, type ApiCaller } from '../../support/api-caller.js';
import type { System } from '../../support/system.js';
import { oneAgentSystem } from './one-agent-system.js';

describe('a caller with an Idempotency-Key', () => {
  let system: System;
  let api: ApiCaller;
  let workspace: Workspace;

  beforeAll(async () => {
    system = await oneAgentSystem();
    ({ api } = system);
    workspace = await api.workspace('idempotent', { 'main.tf': '' });
  }, 90_000);

  it('creates nothing twice when a request is repeated with its Idempotency-Key', async () => {
    const key = { 'idempotency-key': 'the-same' };
    const body = { workspaceId: workspace.id, operation: 'plan' };
    const first = await api.call('POST', '/api/v1/tasks', body, key);
    const second = await api.call('POST', '/api/v1/tasks', body, key);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.id).toBe(first.body.id);
    expect(await api.call('POST', '/api/v1/tasks', { ...body, message: 'another' }, key)).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
    await api.reaches(first.body.id, 'succeeded');
  });

  it('creates nothing twice when the api crashed before it could remember its answer', async () => {
    const key = { 'idempotency-key': 'crashed' };
    const body = { workspaceId: workspace.id, operation: 'plan' };
    const first = await api.call('POST', '/api/v1/tasks', body, key);
    await system.database.database.rows(
      "update idempotency_keys set status = null, response = null, held_until = now() where key = 'crashed'",
    );
    const second = await api.call('POST', '/api/v1/tasks', body, key);
    expect(second).toMatchObject({ status: 201, body: { id: first.body.id } });
    await api.reaches(first.body.id, 'succeeded');
  });

  it.each([
    ['/api/v1/workspaces', { name: 'made-once', engine: 'terraform' }],
    ['/api/v1/pools', { name: 'made-once' }],
  ])('makes the same thing of a repeated POST %s after such a crash', async (path, body) => {
    const key = { 'idempotency-key': `crashed ${path}` };
    const first = await api.call('POST', path, body, key);
    await system.database.database.rows(
      'update idempotency_keys set status = null, response = null, held_until = now() where key = $1',
      [key['idempotency-key']],
    );
    expect(await api.call('POST', path, body, key)).toMatchObject({ status: 201, body: first.body });
    expect(await api.call('POST', path, body)).toMatchObject({ status: 409, body: { code: 'NAME_TAKEN' } });
  });

  it('may be corrected and sent again with the same Idempotency-Key', async () => {
    const key = { 'idempotency-key': 'corrected' };
    const wrong = { workspaceId: workspace.id, operation: 'apply', planTaskId: workspace.id };
    expect((await api.call('POST', '/api/v1/tasks', wrong, key)).status).toBeGreaterThanOrEqual(400);
    const right = await api.call(
      'POST',
      '/api/v1/tasks',
      { ...wrong, operation: 'plan', planTaskId: undefined },
      key,
    );
    expect(right.status).toBe(201);
    await api.reaches(right.body.id, 'succeeded');
  });

  it('stores no second configuration under the same Idempotency-Key, and does not say that it has', async () => {
    const path = `/api/v1/workspaces/${workspace.id}/configurations`;
    const headers = { 'content-type': 'application/gzip', 'idempotency-key': 'configuration' };
    const [one, two] = [await tarGz({ 'main.tf': '# 1' }), await tarGz({ 'main.tf': '# 2' })];
    const first = await api.call('POST', path, one, headers);
    expect(first.status).toBe(201);
    expect(await api.call('POST', path, two, headers)).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
    expect(await api.call('POST', path, one, headers)).toMatchObject({ status: 201, body: first.body });
    expect(await api.call('POST', path, two, { ...headers, 'idempotency-key': 'another' })).toMatchObject({
      status: 201,
    });
    const [count] = await system.database.database.rows<{ n: number }>(
      'select count(*)::int as n from configurations where workspace_id = $1',
      [workspace.id],
    );
    // With the one of the beginning.
    expect(count?.n).toBe(3);
  });

  it('stores a configuration once when the api crashed before it could remember its answer', async () => {
    const path = `/api/v1/workspaces/${workspace.id}/configurations`;
    const headers = { 'content-type': 'application/gzip', 'idempotency-key': 'crashed upload' };
    const content = await tarGz({ 'main.tf': '# crashed' });
    const first = await api.call('POST', path, content, headers);
    await system.database.database.rows(
      'update idempotency_keys set status = null, response = null, held_until = now() where key = $1',
      [headers['idempotency-key']],
    );
    expect(await api.call('POST', path, content, headers)).toMatchObject({ status: 201, body: first.body });
  });

  it('has one source of two uploads with the same key and bytes', async () => {
    const headers = { 'content-type': 'application/gzip', 'idempotency-key': 'source' };
    const [one, two] = [await tarGz({ a: '1' }), await tarGz({ a: '2' })];
    const first = await api.call('POST', '/api/v1/sources', one, headers);
    expect(await api.call('POST', '/api/v1/sources', one, headers)).toMatchObject({
      status: 201,
      body: first.body,
    });
    expect((await api.call('POST', '/api/v1/sources', two, headers)).status).toBe(422);
  });

  it('finds another query or another path to be another request', async () => {
    const key = { 'idempotency-key': 'path' };
    expect((await api.call('POST', '/api/v1/pools', { name: 'by-path' }, key)).status).toBe(201);
    const body = { name: 'by-path', engine: 'terraform' };
    expect((await api.call('POST', '/api/v1/workspaces', body, key)).status).toBe(422);
    expect((await api.call('POST', '/api/v1/pools?a=b', { name: 'by-path' }, key)).status).toBe(422);
  });

  it('gets a new token each time: no answer with a secret is kept', async () => {
    const key = { 'idempotency-key': 'token' };
    const path = '/api/v1/pools/default/tokens';
    const [one, two] = [
      await api.call('POST', path, { name: 'ci' }, key),
      await api.call('POST', path, { name: 'ci' }, key),
    ];
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(two.body.token).not.toBe(one.body.token);
    const kept = await system.database.database.rows<{ response: unknown }>(
      'select response from idempotency_keys',
    );
    expect(kept.length).toBeGreaterThan(0);
    expect(JSON.stringify(kept)).not.toContain('token');
  });

  it('may use a key again after a day, and nothing of it is kept longer', async () => {
    const { database } = system.database;
    const key = { 'idempotency-key': 'old' };
    expect((await api.call('POST', '/api/v1/pools', { name: 'old-one' }, key)).status).toBe(201);
    await database.rows(
      "update idempotency_keys set created_at = now() - interval '25 hours' where key = 'old'",
    );
    expect(await forgetOldKeys(database, 100)).toBe(1);
    expect((await api.call('POST', '/api/v1/pools', { name: 'new-one' }, key)).status).toBe(201);
    expect(await forgetOldKeys(database, 100)).toBe(0);
  });
});
