import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MESSAGES, MESSAGE_TYPES, type MessageType } from '@berth/contracts';
import {
  FINAL_STATUSES,
  TASK_STATUSES,
  TASK_TRANSITIONS,
  type TaskStatus,
  type TaskVerb,
} from '@berth/domain';
import { agentQueue, agentRoutingKey, EXCHANGES, serviceQueues } from '@berth/messaging';
import { METRICS, type MetricDefinition } from '@berth/observability';
import { describe, expect, it } from '@jest/globals';
import { read, REPOSITORY } from '../support/repository-file.js';

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
    return 'one for each api process';
  }
  return serviceQueues(to).find((queue) => queue.bindings.some(({ key }) => key === type))?.name ?? 'none';
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

describe('docs/metrics.md', () => {
  it('has every metric of the catalogue, and no other', async () => {
    const rows = Object.entries<MetricDefinition>(METRICS).map(([name, { type, labels, services, help }]) => [
      `\`${name}\``,
      type,
      labels.map((label) => `\`${label}\``).join(', '),
      services.length === 4 ? 'all' : services.join(', '),
      help,
    ]);
    const generated = table(['metric', 'type', 'labels', 'who tells it', 'what it says'], rows);

    expect(await blockOf('docs/metrics.md', 'metrics', generated)).toBe(generated);
  });
});
