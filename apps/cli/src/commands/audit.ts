import type { Schemas } from '@berth/client';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { pagesOf } from '../connection/pages.js';
import type { Page } from '../output/output.js';
import { oneLine } from '../output/plain.js';
import type { Column } from '../output/table.js';
import { ago } from '../output/words.js';
import { count } from './parsers.js';

type Entry = Schemas['AuditRecord'];

interface AuditOptions {
  readonly actor?: string;
  readonly operation?: string;
  readonly objectType?: string;
  readonly object?: string;
  readonly outcome?: 'done' | 'refused';
  readonly since?: string;
  readonly until?: string;
  readonly export?: boolean;
  readonly limit: number;
}

/** `berth audit`. */
export function addAudit(program: Command, cli: Cli): void {
  program
    .command('audit')
    .summary('who has changed what, and what was refused')
    .description('Lists the records of changes and refusals, newest first. Owners of the organization may.')
    .option('--actor <actor>', 'by this one: user:<e-mail>, or key:<name>')
    .option('--operation <operation>', 'as the OpenAPI document calls it: confirmTask')
    .option('--object-type <type>', 'of this kind of thing: workspace, task, member, …')
    .option('--object <object>', 'of this thing, by id or name')
    .addOption(new Option('--outcome <outcome>', 'how it ended').choices(['done', 'refused']))
    .option('--since <time>', 'from then on: 2026-11-26T12:00:00Z, or 12h or 7d ago', moment)
    .option('--until <time>', 'up to then', moment)
    .addOption(new Option('--export', 'all that fit, one JSON document a line').conflicts('limit'))
    .option('-n, --limit <number>', 'how many', count, 50)
    .action(action(cli, audit));
}

const AGO: Readonly<{ [unit: string]: number }> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @throws InvalidArgumentError */
function moment(value: string): string {
  const [, number, unit = ''] = /^(\d{1,5})([mhd])$/.exec(value) ?? [];
  if (number !== undefined) {
    return new Date(Date.now() - Number(number) * (AGO[unit] ?? 0)).toISOString();
  }
  const time = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new InvalidArgumentError('It is a time such as 2026-11-26T12:00:00Z, 2026-11-26, 12h or 7d.');
  }
  return new Date(time).toISOString();
}

const COLUMNS: readonly Column<Entry>[] = [
  { title: 'when', of: ({ at }) => ago(at) },
  { title: 'who', of: ({ actor }) => oneLine(actor).replace(/^user:/, '') },
  { title: 'operation', of: ({ operation }) => operation },
  { title: 'object', of: objectText },
  {
    title: 'outcome',
    of: ({ outcome, code }) => (code === null ? outcome : `${outcome}: ${code}`),
  },
  { title: 'from', of: ({ address }) => oneLine(address), goes: 1 },
];

const WIDEST_OBJECT = 30;

/** Short enough for a line; --json has all of it. */
function objectText({ object: { type, id, name } }: Entry): string {
  const text = oneLine(`${type} ${name ?? id}`);
  return text.length > WIDEST_OBJECT ? `${text.slice(0, WIDEST_OBJECT - 1)}…` : text;
}

async function audit(session: Session, { export: whole, limit, ...filter }: AuditOptions): Promise<void> {
  const { client, out } = session;
  if (whole === true) {
    await exportAll(session, filter);
    return;
  }
  const page = await pagesOf(limit, async (part) =>
    client.get('/api/v1/audit', { params: { query: { ...filter, ...part } } }),
  );
  out.list(page, COLUMNS, 'There are no such records.');
}

/** The largest that the api gives at once. */
const PAGE = 200;

/** Page by page: a year of records need not fit into memory, nor into one call. */
async function exportAll({ client, out }: Session, filter: Omit<AuditOptions, 'limit' | 'export'>) {
  let cursor: string | null = null;
  do {
    const query = { ...filter, limit: PAGE, ...(cursor === null ? {} : { cursor }) };
    const page: Page<Entry> = await client.get('/api/v1/audit', { params: { query } });
    out.lines(page.items.map((entry) => JSON.stringify(entry)));
    cursor = page.nextCursor;
  } while (cursor !== null);
}
