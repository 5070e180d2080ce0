import { connect, type Client, type Schemas } from '@berth/client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tarGz } from '../support/api-caller.js';
import { PlanGate } from '../support/plan-gate.js';
import { read } from '../support/repository-file.js';
import { System } from '../support/system.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const CONFIGURATION = { 'main.tf': 'resource "terraform_data" "one" {\n  input = "zwölf"\n}\n' };

describe('with the client that is made of the OpenAPI document', () => {
  let system: System;
  let gate: PlanGate;
  let line: TcpProxy;
  let berth: Client;
  let workspace: Schemas['Workspace'];

  beforeAll(async () => {
    gate = await PlanGate.make();
    system = await System.start({ agents: 1, agentEnv: { PATH: gate.path } });
    const { hostname, port } = new URL(system.api.baseUrl);
    line = await TcpProxy.to({ host: hostname, port: Number(port) });
    berth = connect({ url: line.through(system.api.baseUrl), key: system.api.key });
  }, 90_000);

  afterAll(async () => {
    await gate.open();
    await line.close();
    await system.stop();
  }, 60_000);

  /** Follows a log to its end; `atFirst` is called with its first piece. */
  async function followLog(id: string, phase: 'plan' | 'apply', atFirst: () => void): Promise<string> {
    let log = '';
    const stream = berth.follow('/api/v1/tasks/{id}/logs', { params: { path: { id }, query: { phase } } });
    for await (const { data } of stream) {
      expect(data.offset).toBe(Buffer.byteLength(log));
      if (log === '') {
        atFirst();
      }
      log += data.text;
    }
    return log;
  }

  /** What the timeline tells, up to this state. */
  async function reaches(id: string, status: Schemas['TaskStatus']): Promise<void> {
    for await (const { data } of berth.follow('/api/v1/tasks/{id}/events', { params: { path: { id } } })) {
      if (data.toStatus === status) {
        return;
      }
    }
    throw new Error(`task ${id} was never ${status}`);
  }

  it('a workspace is made and given a configuration', async () => {
    workspace = await berth.post('/api/v1/workspaces', {
      params: { header: { 'Idempotency-Key': 'once' } },
      body: { name: 'hello', engine: 'terraform' },
    });
    const configuration = await berth.post('/api/v1/workspaces/{workspace}/configurations', {
      params: { path: { workspace: 'hello' } },
      body: new Blob([new Uint8Array(await tarGz(CONFIGURATION))], { type: 'application/gzip' }),
    });
    expect(configuration.workspaceId).toBe(workspace.id);
  });

  it('a log is followed through a broken line, and the very plan that was read is confirmed', async () => {
    await gate.close();
    const { id } = await berth.post('/api/v1/tasks', {
      body: { workspaceId: workspace.id, operation: 'plan_and_apply' },
    });
    const planLog = followLog(id, 'plan', () => {
      expect(line.connections).toBeGreaterThan(0);
      line.cut();
      void gate.open();
    });
    await reaches(id, 'apply_pending');
    const path = { params: { path: { id } } };
    const plan = await berth.get('/api/v1/tasks/{id}/plan', path);
    expect(plan).toMatchObject({ summary: { add: 1 }, resources: [{ address: 'terraform_data.one' }] });

    const other = berth.post('/api/v1/tasks/{id}/confirm', { ...path, body: { planHash: '0'.repeat(64) } });
    await expect(other).rejects.toMatchObject({ status: 409, code: 'PLAN_CHANGED', planHash: plan.hash });
    const confirmed = await berth.post('/api/v1/tasks/{id}/confirm', {
      ...path,
      body: { planHash: plan.hash, comment: 'as read' },
    });
    // By the time of the answer an agent may have begun with it.
    expect(confirmed.confirmedAt).not.toBeNull();

    const applyLog = followLog(id, 'apply', () => undefined);
    await reaches(id, 'succeeded');
    expect(await planLog).toContain('zwölf');
    expect(await applyLog).toContain('Apply complete! Resources: 1 added');
    expect(await planLog).toBe(await system.api.log(id, 'plan'));
    expect(await applyLog).toBe(
      await berth.get('/api/v1/tasks/{id}/logs', { params: { path: { id }, query: { phase: 'apply' } } }),
    );
  }, 60_000);

  it('the document that an api serves is the one that it was made of', async () => {
    const served = await system.api.expect('GET', '/openapi.json');
    expect(served).toEqual(JSON.parse(await read('docs/openapi.json')));
  });
});
