import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError } from '@berth/config';
import { MESSAGES, MESSAGE_TYPES, type MessageType } from '@berth/contracts';
import {
  FINAL_STATUSES,
  TASK_STATUSES,
  TASK_TRANSITIONS,
  type TaskStatus,
  type TaskVerb,
} from '@berth/domain';
import { agentQueue, agentRoutingKey, EXCHANGES, serviceQueues } from '@berth/messaging';
import { describe, expect, it } from '@jest/globals';
import { readEnv as readAgentEnv } from '../../apps/agent/src/env.js';
import { readEnv as readApiEnv } from '../../apps/api/src/env.js';
import { readEnv as readRegistryEnv } from '../../apps/registry/src/env.js';
import { readEnv as readSchedulerEnv } from '../../apps/scheduler/src/env.js';

const REPOSITORY = resolve(import.meta.dirname, '../..');

async function read(path: string): Promise<string> {
  return readFile(join(REPOSITORY, path), 'utf8');
}

/** The text between a page's two comments of this name; with UPDATE_DOCS=1 it is written there first. */
async function blockOf(path: string, name: string, generated: string): Promise<string> {
  const [begin, end] = [`<!-- generated:${name}:begin -->`, `<!-- generated:${name}:end -->`];
  const page = await read(path);
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) {
    throw new Error(`${path} has no block "${name}": it begins with ${begin} and ends with ${end}`);
  }
  if (process.env['UPDATE_DOCS'] === '1') {
    await writeFile(
      join(REPOSITORY, path),
      `${page.slice(0, from + begin.length)}\n\n${generated}\n\n${page.slice(to)}`,
    );
    return generated;
  }
  return page.slice(from + begin.length, to).trim();
}

/** A table in Markdown, its columns aligned as Prettier aligns them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...escaped.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [first = [], ...others] = escaped;
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join('\n');
}

/** The comments of the members of a const object, by the member's value. */
function commentsIn(source: string, object: string): Map<string, string> {
  const [, body = ''] = new RegExp(`export const ${object} = \\{([^}]+)\\}`).exec(source) ?? [];
  const members = body.matchAll(/\/\*\* ([^*]+?) \*\/\s*\w+: '(\w+)'/g);
  return new Map([...members].map(([, comment = '', value = '']) => [value, comment]));
}

/** What may happen: each move with the verb that makes it. */
const MOVES = TASK_STATUSES.flatMap((from) =>
  (Object.entries(TASK_TRANSITIONS[from]) as [TaskVerb, TaskStatus[]][]).flatMap(([verb, targets]) =>
    targets.map((to) => ({ from, verb, to })),
  ),
);

describe('docs/task-lifecycle.md', () => {
  const PAGE = 'docs/task-lifecycle.md';

  it('says of each state what the code says', async () => {
    const comments = commentsIn(await read('libs/domain/src/task-status.ts'), 'TaskStatus');
    const rows = TASK_STATUSES.map((status) => [`\`${status}\``, comments.get(status) ?? '']);
    const generated = table(
      ['state', 'who puts a task there, who takes it out, what if that process dies'],
      rows,
    );

    expect(rows.every(([, comment]) => comment !== '')).toBe(true);
    expect(await blockOf(PAGE, 'states', generated)).toBe(generated);
  });

  it('has the table of moves that the code has', async () => {
    const speakers = commentsIn(await read('libs/domain/src/task-transitions.ts'), 'TaskVerb');
    const rows = MOVES.map(({ from, verb, to }) => [
      `\`${from}\``,
      `\`${verb}\``,
      `\`${to}\``,
      speakers.get(verb) ?? '',
    ]);
    const generated = table(['from', 'verb', 'to', 'who says it'], rows);

    expect(rows.every(([, , , speaker]) => speaker !== '')).toBe(true);
    expect(await blockOf(PAGE, 'moves', generated)).toBe(generated);
  });

  it('draws them', async () => {
    const stops: TaskVerb[] = ['cancel', 'discard'];
    const drawn = MOVES.filter(({ verb }) => !stops.includes(verb));
    const generated = [
      '```mermaid',
      'stateDiagram-v2',
      '  [*] --> pending: create',
      ...drawn.map(({ from, verb, to }) => `  ${from} --> ${to}: ${verb}`),
      ...FINAL_STATUSES.filter((status) => drawn.some(({ to }) => to === status)).map(
        (status) => `  ${status} --> [*]`,
      ),
      '```',
    ].join('\n');

    expect(await blockOf(PAGE, 'drawing', generated)).toBe(generated);
  });
});

interface FieldSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly items?: FieldSchema;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
}

/** Objects with more fields than this are named and not opened. */
const OPENED_FIELDS = 5;

function fieldsOf(schema: FieldSchema): string {
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const inner = field.items ?? field;
    const names = Object.keys(inner.properties ?? {});
    const opened = names.length > 0 && names.length <= OPENED_FIELDS ? ` (${names.join(', ')})` : '';
    const words = field.enum === undefined ? '' : ` (${field.enum.join(' or ')})`;
    const optional = schema.required?.includes(name) === true ? '' : '?';
    return `\`${name}${field.type === 'array' ? '[]' : ''}${optional}\`${opened}${words}`;
  });
  return fields.join(', ');
}

function routingKeyOf(type: MessageType): string {
  return MESSAGES[type].exchange === 'tasks' ? agentRoutingKey('‹agentId›') : type;
}

function queueOf(type: MessageType): string {
  const { to } = MESSAGES[type];
  if (to === 'agent') {
    return agentQueue('‹agentId›').name;
  }
  if (to === 'api') {
    throw new Error(`${type} is for the api, which has no queue`);
  }
  return serviceQueues(to).find((queue) => queue.bindingKeys.includes(type))?.name ?? 'none';
}

describe('docs/messages.md', () => {
  const PAGE = 'docs/messages.md';

  it('lists the catalogue', async () => {
    const rows = MESSAGE_TYPES.map((type) => {
      const { from, to, answered, purpose } = MESSAGES[type];
      return [`\`${type}\``, from.join(', '), to, answered ? 'yes' : 'no', purpose];
    });
    const generated = table(['type', 'from', 'to', 'answered', 'what it says'], rows);

    expect(await blockOf(PAGE, 'catalogue', generated)).toBe(generated);
  });

  it('says how each message travels', async () => {
    const rows = MESSAGE_TYPES.map((type) =>
      [type, EXCHANGES[MESSAGES[type].exchange], routingKeyOf(type), queueOf(type)].map(
        (cell) => `\`${cell}\``,
      ),
    );
    const generated = table(['type', 'exchange', 'routing key', 'queue'], rows);

    expect(await blockOf(PAGE, 'routes', generated)).toBe(generated);
  });

  it('names the fields of each message', async () => {
    const rows = MESSAGE_TYPES.map((type) => {
      const { version, schema } = MESSAGES[type];
      return [`\`${type}\``, String(version), fieldsOf(schema.toJSONSchema() as FieldSchema)];
    });
    const generated = table(['type', 'version', 'fields'], rows);

    expect(await blockOf(PAGE, 'fields', generated)).toBe(generated);
  });
});

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
  return value === undefined ? 'none' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
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
    const [, walk = ''] = (await read('README.md')).split(/<!-- walk-through:(?:begin|end) -->/);
    const fences = [...walk.matchAll(/^```(\w*)\n([^]*?)^```$/gm)];

    expect(fences.map(([, language]) => language)).toEqual(fences.map(() => 'bash'));
    expect(fences.map(([, , lines]) => lines).join('')).toContain('/confirm');
  });
});

/** The environment that docker-compose.yml gives a service, with a stand-in for each variable of `.env`. */
function composeEnv(compose: string, service: string): Env {
  const [, block = ''] = new RegExp(`^  ${service}:\\n((?:(?:    .*)?\\n)+)`, 'm').exec(compose) ?? [];
  const [, lines = ''] = /^ {4}environment:\n((?: {6}.*\n)+)/m.exec(block) ?? [];
  const entries = lines.matchAll(/^ {6}(\w+): '?(.+?)'?$/gm);
  return Object.fromEntries([...entries].map(([, name = '', value = '']) => [name, filledIn(value)]));
}

function filledIn(value: string): string {
  return value.replaceAll(/\$\{(\w+)[^}]*\}/g, (_, name: string) =>
    name === 'BERTH_ENCRYPTION_KEY' ? KEY32 : SECRET,
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
    expect(dockerfile).toContain(`CMD ["node", "apps/${service}/dist/main.js"]`);
    expect(prometheus).toContain(`'${service}:8080'`);
  });

  it('asks for every secret that it needs', async () => {
    const [compose, example] = await Promise.all([read('docker-compose.yml'), read('docker/.env.example')]);
    const needed = [...compose.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name);
    const offered = [...example.matchAll(/^(\w+)=$/gm)].map(([, name]) => name);

    expect(new Set(offered)).toEqual(new Set(needed));
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
