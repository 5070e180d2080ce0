import { randomUUID } from 'node:crypto';
import type { MessageOf } from '@berth/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tarGz, type ApiCaller } from '../support/api-caller.js';
import { BareAgent } from '../support/bare-agent.js';
import { BuildClient, form } from '../support/build-client.js';
import { operationsOf, requestsOf, type FuzzRequest, type Operation } from '../support/fuzz/requests.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

/** The same requests every time; other ones, and more of them, with these two. */
const SEED = Number(process.env['BERTH_FUZZ_SEED'] ?? 1);
const RUNS = Number(process.env['BERTH_FUZZ_RUNS'] ?? 30);
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Terraform's own methods, which the OpenAPI document has no words for. */
const LOCKS: Operation[] = ['LOCK', 'UNLOCK', 'POST'].map((method) => ({
  method,
  path: '/api/v1/workspaces/{workspace}/terraform-state',
  document: {
    requestBody: { content: { 'application/json': { schema: { format: 'binary' } } } },
    parameters: [{ name: 'ID', in: 'query', schema: { type: 'string' } }],
  },
}));

describe('whatever is sent to the api', () => {
  let system: System;
  let api: ApiCaller;
  let agent: BareAgent;
  const known = new Set<string>();

  beforeAll(async () => {
    system = await System.start({ agents: 0 });
    ({ api } = system);
    agent = await BareAgent.connect({
      apiUrl: api.baseUrl,
      amqpUrl: system.broker.url,
      agentToken: system.agentToken,
      agentId: 'fuzzed-agent',
      slots: 4,
    });
    await agent.openQueue();
    await agent.register(4);
    agent.keepBeating();
    await seed();
  }, 120_000);

  afterAll(async () => {
    await agent.close();
    await system.stop();
  }, 60_000);

  /** One of everything, so that requests come further than to what is not there. */
  async function seed(): Promise<void> {
    const assigned: MessageOf<'task.assigned'>[] = [];
    await agent.consume((message) => assigned.push(message));
    const workspace = await api.workspace('fuzzed', { 'main.tf': '' });
    const state = { version: 4, serial: 1, lineage: randomUUID(), outputs: {}, resources: [] };
    const version = await api.expect<{ id: string }>(
      'POST',
      `/api/v1/workspaces/${workspace.id}/state-versions`,
      JSON.stringify(state),
      { 'content-type': 'application/json' },
    );
    const planned = await api.task(workspace.id, 'plan');
    const waiting = await api.task(workspace.id, 'plan_and_apply');
    const set = await api.expect<{ id: string }>('POST', '/api/v1/variable-sets', { name: 'fuzzed-set' });
    const source = await api.expect<{ id: string }>(
      'POST',
      '/api/v1/sources',
      await tarGz({ 'build.sh': 'true' }),
      { 'content-type': 'application/gzip' },
    );
    const build = await api.expect<{ id: string }>('POST', '/api/v1/tasks', {
      kind: 'build',
      steps: [{ run: 'true' }],
      sourceId: source.id,
    });
    const builds = new BuildClient(api.baseUrl, api.key);
    const submitted = await builds.expect(
      'POST',
      '/api/builds',
      form({ platform: 'ios' }, { source: Buffer.from('x') }),
    );
    const worker = await builds.expect('POST', '/api/workers/register', {
      name: 'fuzzed',
      capabilities: { platforms: ['ios'], maxConcurrentBuilds: 1 },
    });
    await builds.expect('GET', `/api/workers/poll?worker_id=${String(worker.id)}`);
    await waitFor('the tasks to be assigned', () => Promise.resolve(assigned.length >= 2));
    await agent.accept(assigned[0] as MessageOf<'task.assigned'>);
    for (const one of [workspace, version, planned, waiting, set, source, build, submitted, worker]) {
      known.add((one as { id: string }).id);
    }
    for (const word of ['fuzzed', 'fuzzed-set', 'default', 'fuzzed-agent', 'name', '1', 'plan', 'build']) {
      known.add(word);
    }
  }

  function credentialOf(path: string): Record<string, string> {
    if (path.startsWith('/agent/v1/sessions')) {
      return { authorization: `Bearer ${system.agentToken}` };
    }
    return { authorization: `Bearer ${path.startsWith('/agent/') ? agent.token : api.key}` };
  }

  async function send(method: string, request: FuzzRequest) {
    const response = await fetch(`${api.baseUrl}${request.path}`, {
      method,
      headers: { ...request.headers, ...credentialOf(request.path) },
      ...(request.body === null || method === 'GET' ? {} : { body: request.body }),
      signal: AbortSignal.timeout(20_000),
    });
    if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) {
      await response.body?.cancel();
      return { status: response.status, text: '' };
    }
    return { status: response.status, text: await response.text() };
  }

  it(
    'is answered, shortly and with no fault of the api',
    async () => {
      const document = await api.expect<Parameters<typeof operationsOf>[0]>('GET', '/openapi.json');
      const operations = [...operationsOf(document), ...LOCKS];
      expect(operations.length).toBeGreaterThan(80);
      const faults: string[] = [];
      const statuses = new Map<number, number>();
      for (const operation of operations) {
        const property = fc.asyncProperty(
          requestsOf(operation, fc.constantFrom(...known)),
          async (request) => {
            const { status, text } = await send(operation.method, request);
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
            if (status >= 500 || text.length > MAX_ANSWER_BYTES) {
              throw new Error(`${status}, ${text.length} bytes: ${text.slice(0, 300)}`);
            }
          },
        );
        const { failed, counterexample, errorInstance } = await fc.check(property, {
          seed: SEED,
          numRuns: RUNS,
        });
        if (failed) {
          const [request] = counterexample ?? [];
          faults.push(
            `${operation.method} ${String(request?.path)} ${JSON.stringify(request?.headers)} ` +
              `${String(request?.body).slice(0, 500)}\n    ${String(errorInstance)}`,
          );
        }
      }
      expect(faults).toEqual([]);
      // Most of it must come past the door for the rest to mean anything.
      expect(statuses.get(200) ?? 0).toBeGreaterThan(100);
      expect((await fetch(`${api.baseUrl}/readyz`)).status).toBe(200);
    },
    Math.max(120_000, RUNS * 10_000),
  );
});
