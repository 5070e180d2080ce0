import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Workspace } from '@berth/contracts';
import type { ApiCaller } from '../support/api-caller.js';
import { System } from '../support/system.js';

describe('a caller with an Idempotency-Key', () => {
  let system: System;
  let api: ApiCaller;
  let workspace: Workspace;

  beforeAll(async () => {
    system = await System.start({ agents: 1 });
    ({ api } = system);
    workspace = await api.workspace('idempotent', { 'main.tf': '' });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

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
});
