import { ConfigError } from '@berth/config';
import { describe, expect, it } from '@jest/globals';
import { readEnv as readAgentEnv } from '../../apps/agent/src/env.js';
import { readEnv as readApiEnv } from '../../apps/api/src/env.js';
import { readEnv as readRegistryEnv } from '../../apps/registry/src/env.js';
import { readEnv as readSchedulerEnv } from '../../apps/scheduler/src/env.js';
import { read } from '../support/repository-file.js';

type Env = Record<string, string | undefined>;

/** The services and how each reads its environment. */
const SERVICES: Record<string, (env: Env) => object> = {
  api: readApiEnv,
  scheduler: readSchedulerEnv,
  registry: readRegistryEnv,
  agent: readAgentEnv,
};

const KEY32 = Buffer.alloc(32).toString('base64');
const SECRET = 'x'.repeat(32);
/** What no service can do without. */
const REQUIRED: Env = {
  DATABASE_URL: 'postgres://berth@db/berth',
  AMQP_URL: 'amqp://broker',
  BERTH_API_KEY: SECRET,
  BERTH_ENCRYPTION_KEY: KEY32,
  BERTH_AGENT_HOME: '/var/lib/berth',
  BERTH_API_URL: 'http://api:8080',
};

/** The names that a service reads from its environment. */
function settingsOf(readEnv: (env: Env) => object): Set<string> {
  const names = new Set<string>();
  const spy = new Proxy<Env>({}, { get: (_env, name) => void names.add(String(name)) });
  faultsOf(readEnv, spy);
  return names;
}

function faultsOf(readEnv: (env: Env) => object, env: Env): readonly string[] {
  try {
    readEnv(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.faults;
    }
    throw error;
  }
}

function defaultOf(readEnv: (env: Env) => object, name: string): string {
  if (faultsOf(readEnv, {}).some((fault) => fault.startsWith(`${name} `))) {
    return 'required';
  }
  const settings: Record<string, unknown> = { ...readEnv({ ...REQUIRED, BERTH_AGENT_TOKEN: SECRET }) };
  const value = name === 'BERTH_AGENT_TOKEN' ? undefined : settings[name];
  const isNone = value === undefined || (Array.isArray(value) && value.length === 0);
  return isNone ? 'none' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

describe('README.md', () => {
  it.each(Object.entries(SERVICES))('has the settings of the %s as they are', async (service, readEnv) => {
    const [, section = ''] = (await read('README.md')).split(`<!-- settings:${service} -->`);
    const [rows = ''] = section.split('<!-- settings:');
    const told = [...rows.matchAll(/^\| `(\w+)` +\| (\S+) /gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ]);

    expect(told.length).toBeGreaterThan(2);
    expect(told).toEqual(told.map(([name = '']) => [name, defaultOf(readEnv, name)]));
    expect(told.filter(([name = '']) => !settingsOf(readEnv).has(name))).toEqual([]);
  });

  it('keeps its walk-through in fences that a shell can run', async () => {
    const [, walk = ''] = (await read('docs/http-api.md')).split(/<!-- walk-through:(?:begin|end) -->/);
    const fences = [...walk.matchAll(/^```(\w*)\n([^]*?)^```$/gm)];

    expect(fences.map(([, language]) => language)).toEqual(fences.map(() => 'bash'));
    expect(fences.map(([, , lines]) => lines).join('')).toContain('/confirm');
  });
});

/** The environment that docker-compose.yml gives a service, with a stand-in for each variable of `.env` that has no default. */
function composeEnv(compose: string, service: string): Env {
  const [, block = ''] = new RegExp(`^  ${service}:\\n((?:(?:    .*)?\\n)+)`, 'm').exec(compose) ?? [];
  const [, lines = ''] = /^ {4}environment:\n((?: {6}.*\n)+)/m.exec(block) ?? [];
  const entries = lines.matchAll(/^ {6}(\w+): '?(.+?)'?$/gm);
  return Object.fromEntries([...entries].map(([, name = '', value = '']) => [name, filledIn(value)]));
}

function filledIn(value: string): string {
  return value.replaceAll(/\$\{(\w+)(?::-([^}]*)|[^}]*)\}/g, (_, name: string, fallback?: string) =>
    name === 'BERTH_ENCRYPTION_KEY' ? KEY32 : (fallback ?? SECRET),
  );
}

describe('docker', () => {
  it.each(Object.entries(SERVICES))(
    'gives the %s what it needs and nothing else',
    async (service, readEnv) => {
      const env = composeEnv(await read('docker-compose.yml'), service);

      expect(Object.keys(env)).not.toEqual([]);
      expect(Object.keys(env).filter((name) => !settingsOf(readEnv).has(name))).toEqual([]);
      expect(faultsOf(readEnv, env)).toEqual([]);
    },
  );

  it.each(Object.keys(SERVICES))('builds an image for the %s and watches it', async (service) => {
    const [compose, dockerfile, prometheus] = await Promise.all([
      read('docker-compose.yml'),
      read('docker/Dockerfile'),
      read('docker/prometheus/prometheus.yml'),
    ]);

    expect(compose).toContain(`dockerfile: docker/Dockerfile, target: ${service} }`);
    expect(dockerfile).toContain(`\nFROM service AS ${service}\n`);
    expect(dockerfile).toContain(
      `CMD ["node", "--import", "./libs/telemetry/dist/preload.js", "apps/${service}/dist/main.js"]`,
    );
    expect(prometheus).toContain(`'${service}:8080'`);
  });

  it('asks for every secret that it needs', async () => {
    const [compose, example] = await Promise.all([read('docker-compose.yml'), read('docker/.env.example')]);
    const needed = [...compose.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name);
    const offered = [...example.matchAll(/^(\w+)=$/gm)].map(([, name]) => name);

    expect(new Set(offered)).toEqual(new Set(needed));
  });

  it('names images of others by what they are, which a moved tag does not change', async () => {
    const files = [await read('docker-compose.yml'), await read('docker/Dockerfile')].join('\n');
    const named = [...files.matchAll(/^(?: *image: |ARG \w*IMAGE=|FROM )(\S+)/gm)].map(
      ([, image]) => image ?? '',
    );
    const stages = [...files.matchAll(/^FROM \S+ AS (\S+)/gm)].map(([, stage]) => stage);
    const others = named.filter((image) => !/^(berth-|\$)/.test(image) && !stages.includes(image));
    expect(others.length).toBeGreaterThan(4);
    expect(others.filter((image) => !/:[\w.-]+@sha256:[0-9a-f]{64}$/.test(image))).toEqual([]);
  });

  it('lets an agent stop before it is killed', async () => {
    const compose = await read('docker-compose.yml');
    const { BERTH_AGENT_DRAIN_SECONDS: drain, BERTH_TERRAFORM_GRACE_SECONDS: grace } = readAgentEnv(
      composeEnv(compose, 'agent'),
    );
    const [, minutes] = /\n {2}agent:\n[^]*?stop_grace_period: (\d+)m/.exec(compose) ?? [];

    // A minute for the last things, as apps/agent/src/main.ts has it.
    expect(Number(minutes) * 60).toBeGreaterThanOrEqual(drain + grace + 60);
  });
});
