import { describe, expect, it } from '@jest/globals';
import type { BerthHome } from './berth-home.js';
import { planServices, podName } from './service-plan.js';
import type { PlanOptions } from './service-plan.js';

const HOME = { root: '/srv/berth', agents: '/srv/berth/agents', storage: '/srv/berth/storage' } as BerthHome;

const plan = async (changes: Partial<PlanOptions> = {}) => {
  let port = 20_000;
  return planServices({
    home: HOME,
    keys: { apiKey: 'the-api-key', agentToken: 'the-agent-token', encryptionKey: 'the-encryption-key' },
    appsDir: '/repo/apps',
    databaseUrl: 'postgresql://db',
    amqpUrl: 'amqp://berth:word@broker',
    managementUrl: undefined,
    apiPort: 8080,
    shared: false,
    env: {},
    nextPort: async () => (port += 1),
    ...changes,
  });
};

describe('the services of one machine', () => {
  it('give only the api an administrator of the broker, and agents nobody’s name there', async () => {
    const managementUrl = 'http://admin:secret@broker:15672';
    const managed = await plan({ managementUrl });
    expect(
      managed.filter(({ secrets }) => JSON.stringify(secrets).includes('secret')).map(({ name }) => name),
    ).toEqual(['api']);
    expect(managed.map(({ secrets }) => secrets['AMQP_URL'])).toEqual([
      ...new Array<string>(3).fill('amqp://berth:word@broker'),
      ...new Array<string>(2).fill('amqp://broker'),
    ]);
    expect((await plan()).at(-1)?.secrets['AMQP_URL']).toBe('amqp://berth:word@broker');
  });

  it('begin with the api and end with two agents', async () => {
    const plans = await plan();

    expect(plans.map(({ name }) => name)).toEqual(['api', 'scheduler', 'registry', 'agent-1', 'agent-2']);
    expect(plans.map(({ port }) => port)).toEqual([8080, 20_001, 20_002, 20_003, 20_004]);
    expect(plans.map(({ agentId }) => agentId)).toEqual([
      undefined,
      undefined,
      undefined,
      'agent-1',
      'agent-2',
    ]);
  });

  it('get no key, database or broker that they do not need', async () => {
    const plans = await plan();
    const holders = (value: string) =>
      plans.filter(({ secrets }) => Object.values(secrets).includes(value)).map(({ name }) => name);

    expect(holders('the-api-key')).toEqual(['api']);
    expect(holders('the-encryption-key')).toEqual(['api']);
    expect(holders('the-agent-token')).toEqual(['api', 'agent-1', 'agent-2']);
    expect(holders('postgresql://db')).toEqual(['api', 'scheduler', 'registry']);
    expect(holders('amqp://berth:word@broker')).toEqual([
      'api',
      'scheduler',
      'registry',
      'agent-1',
      'agent-2',
    ]);
  });

  it('find nothing in their environment that opens something', async () => {
    const plans = await plan({ managementUrl: 'http://admin:secret@broker:15672' });
    expect(JSON.stringify(plans.map(({ env }) => env))).not.toMatch(/the-|word|secret|postgresql/);
  });

  it('send traces only where somebody collects them', async () => {
    const preloads = async (env: NodeJS.ProcessEnv) => (await plan({ env })).map((one) => one.preloads);
    const preload = ['/repo/libs/telemetry/dist/preload.js'];

    expect(await preloads({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toEqual([[], [], [], [], []]);
    expect(await preloads({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' })).toEqual(
      Array.from({ length: 5 }, () => preload),
    );
  });

  it('listen on loopback, each on its port', async () => {
    for (const { env, port } of await plan()) {
      expect(env).toMatchObject({ BERTH_HTTP_HOST: '127.0.0.1', BERTH_HTTP_PORT: String(port) });
    }
  });

  it('give each agent its own identity and folder, with slots as set or by default', async () => {
    const [, , , first, second] = await plan({
      env: { BERTH_AGENT_SLOTS: '9', TF_CLI_CONFIG_FILE: import.meta.filename },
    });

    expect(first!.env).toMatchObject({
      BERTH_AGENT_ID: 'agent-1',
      BERTH_AGENT_HOME: '/srv/berth/agents/agent-1',
      BERTH_API_URL: 'http://127.0.0.1:8080',
      BERTH_AGENT_SLOTS: '9',
      BERTH_AGENT_CONCURRENCY: '2',
      BERTH_TERRAFORM_CLI_CONFIG: import.meta.filename,
      BERTH_AGENT_KEEPS_SLOTS: 'true',
    });
    expect(second!.env['BERTH_POD_NAME']).not.toBe(first!.env['BERTH_POD_NAME']);
  });

  it('name agents so that they meet no namesake in a shared database', async () => {
    const here = await plan({ shared: true });
    const there = await plan({ shared: true, home: { ...HOME, root: '/srv/other' } });

    expect(here[3]!.agentId).toMatch(/^agent-1-[0-9a-f]{6}$/);
    expect(here[3]!.agentId).not.toBe(there[3]!.agentId);
  });

  it('make a pod name of whatever the machine is called', () => {
    expect(podName('My_Laptop.local', 'agent-1')).toBe('my-laptop-local-agent-1');
    expect(podName('x'.repeat(80), 'agent-1')).toHaveLength(63);
  });
});
