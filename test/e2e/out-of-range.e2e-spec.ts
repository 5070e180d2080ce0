import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task, Workspace } from '@berth/contracts';
import type { ApiCaller } from '../support/api-caller.js';
import { BareAgent } from '../support/bare-agent.js';
import { System } from '../support/system.js';

const HALF = '\ud83d';
const DEEP = `${'['.repeat(30_000)}1${']'.repeat(30_000)}`;
const json = { 'content-type': 'application/json' };

describe('a value that nothing could hold', () => {
  let system: System;
  let api: ApiCaller;
  let agent: BareAgent;
  let workspace: Workspace;
  let task: Task;

  beforeAll(async () => {
    system = await System.start({ agents: 0 });
    ({ api } = system);
    agent = await BareAgent.connect({
      apiUrl: api.baseUrl,
      amqpUrl: system.broker.url,
      agentToken: system.agentToken,
      agentId: 'out-of-range',
      slots: 1,
    });
    workspace = await api.workspace('out-of-range', { 'main.tf': '' });
    task = await api.task(workspace.id, 'plan_and_apply');
  }, 90_000);

  afterAll(async () => {
    await agent.close();
    await system.stop();
  }, 60_000);

  it.each(['tasks', 'workspaces', 'variable-sets', 'dead-letters'])(
    'is 400 as the cursor of the %s, whatever year it has',
    async (list) => {
      for (const time of [
        '-271821-04-20T00:00:00Z',
        '+275760-09-13T00:00:00Z',
        '0000-01-01',
        '-000001-01-01',
      ]) {
        const cursor = Buffer.from(`${time}|${randomUUID()}`).toString('base64url');
        expect(await api.call('GET', `/api/v1/${list}?cursor=${cursor}`)).toMatchObject({
          status: 400,
          body: { errors: [{ field: 'cursor' }] },
        });
      }
    },
  );

  it.each(['agents', 'slots', 'pools'])(
    'is 400 as the cursor of the %s, which are ordered by name',
    async (list) => {
      for (const place of ['a\0b', '\0']) {
        const cursor = Buffer.from(place).toString('base64url');
        expect((await api.call('GET', `/api/v1/${list}?cursor=${cursor}`)).status).toBe(400);
      }
      expect((await api.call('GET', `/api/v1/${list}?cursor=`)).status).toBe(400);
    },
  );

  it.each([
    ['GET', 'configuration?attempt=2147483648'],
    ['GET', 'plan-file?attempt=99999999999'],
    ['GET', 'plan-snapshot?attempt=1e3'],
    ['POST', 'logs?attempt=1&phase=plan&offset=2147483648'],
    ['POST', 'logs?attempt=4294967296&phase=plan&offset=0'],
    ['PUT', 'unsaved-state?attempt=2147483648'],
  ])('is 400 as a number of an agent: %s %s', async (method, path) => {
    const body = method === 'GET' ? undefined : Buffer.from('x');
    expect((await agent.call(method, `/agent/v1/tasks/${task.id}/${path}`, body)).status).toBe(400);
  });

  it.each([
    { attempt: 2_147_483_648, slotId: 1, phase: 'plan' },
    { attempt: 1, slotId: 2_147_483_648, phase: 'plan' },
    { attempt: 1, slotId: 1e300, phase: 'plan' },
  ])('is 400 when a task is accepted: %j', async (body) => {
    expect((await agent.call('POST', `/agent/v1/tasks/${task.id}/accept`, body)).status).toBe(400);
  });

  it.each(['logs', 'events'])('is 400 as the place from which the %s are followed', async (what) => {
    for (const id of ['12345678901234567890123456', '-1', 'x', '1e9']) {
      const headers = { accept: 'text/event-stream', 'last-event-id': id };
      const response = await fetch(`${api.baseUrl}/api/v1/tasks/${task.id}/${what}`, {
        headers: { ...headers, authorization: `Bearer ${api.key}` },
      });
      expect([id, response.status]).toEqual([id, 400]);
      expect(await response.json()).toMatchObject({ errors: [{ field: 'Last-Event-ID' }] });
    }
    expect((await api.call('GET', `/api/v1/tasks/${task.id}/logs?offset=99999999999`)).status).toBe(400);
  });

  it.each([
    ['POST', 'tasks/TASK/cancel', { comment: HALF }],
    ['POST', 'tasks/TASK/confirm', { comment: HALF }],
    ['POST', 'tasks/TASK/discard', { comment: `a${HALF}b` }],
    ['POST', 'tasks', { workspaceId: 'WORKSPACE', operation: 'plan', message: HALF }],
    ['POST', 'tasks', { workspaceId: 'WORKSPACE', operation: 'plan', targets: [HALF] }],
    ['PUT', 'workspaces/WORKSPACE/variables/half', { value: `a${HALF}`, category: 'env' }],
    ['POST', 'variable-sets', { name: 'half', description: HALF }],
    ['PATCH', 'workspaces/WORKSPACE', { workingDirectory: HALF }],
  ])('is 400 as half of a character: %s %s %j', async (method, path, body) => {
    const fill = (template: string) => template.replace('TASK', task.id).replace('WORKSPACE', workspace.id);
    const answer = await api.call(method, `/api/v1/${fill(path)}`, fill(JSON.stringify(body)), json);
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    expect(answer.body.detail).toContain('half of a character');
  });

  it('is 400 in a lock, and locks nothing', async () => {
    const path = `/api/v1/workspaces/${workspace.id}/terraform-state`;
    for (const method of ['LOCK', 'UNLOCK']) {
      for (const body of ['{"ID":"x","Who":"\\ud83d"}', '{"ID":"a\\u0000"}', `{"ID":"x","deep":${DEEP}}`]) {
        expect([method, (await api.call(method, path, body, json)).status]).toEqual([method, 400]);
      }
    }
    expect((await api.call('LOCK', path, '{"ID":"free"}', json)).status).toBe(200);
    expect((await api.call('UNLOCK', path, '{"ID":"free"}', json)).status).toBe(200);
  });

  it('is 400 as JSON 30,000 deep, to every operation that takes JSON', async () => {
    for (const path of ['tasks', 'workspaces', 'pools', `tasks/${task.id}/cancel`]) {
      expect((await api.call('POST', `/api/v1/${path}`, `{"name":${DEEP}}`, json)).status).toBe(400);
    }
  });

  it('does not make a state unreadable whose outputs are deep', async () => {
    const path = `/api/v1/workspaces/${workspace.id}`;
    const state =
      `{"version":4,"serial":1,"lineage":"${randomUUID()}","resources":[],"outputs":{` +
      `"deep":{"type":"dynamic","value":${DEEP}},"flat":{"type":"string","value":"kept"}}}`;
    const given = await api.call('POST', `${path}/state-versions`, state, json);
    expect(given.status).toBe(201);
    for (const view of ['state', `state-versions/${String(given.body.id)}`]) {
      expect(await api.call('GET', `${path}/${view}`)).toMatchObject({
        status: 200,
        body: { outputs: { flat: { value: 'kept' }, deep: { value: expect.stringContaining('too deep') } } },
      });
    }
    const pulled = await fetch(`${api.baseUrl}${path}/terraform-state`, {
      headers: { 'x-api-key': api.key },
    });
    expect(await pulled.text()).toBe(state);
  });
});
