import { randomUUID } from 'node:crypto';
import type { Schemas } from '@berth/client';
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { pagesOf } from '../connection/pages.js';
import type { Column } from '../output/table.js';
import { ago } from '../output/words.js';
import { count } from './parsers.js';
import { addPoolTokens } from './pool-tokens.js';

type Pool = Schemas['Pool'];

const LEVELS = ['sandbox', 'user', 'none'] as const;
type Level = (typeof LEVELS)[number];

/** `berth pools`. */
export function addPools(program: Command, cli: Cli): void {
  const group = program.command('pools').summary('sets of agents, and the tokens to join them');
  group
    .command('list', { isDefault: true })
    .description('Lists the pools.')
    .option('-n, --limit <number>', 'how many', count, 100)
    .action(action(cli, list));
  group
    .command('create')
    .description('Makes a pool.')
    .argument('<name>', 'letters, digits, ".", "_" and "-"')
    .addOption(
      new Option('--isolation <level>', 'how far its agents keep runs apart, at least').choices(LEVELS),
    )
    .action(action(cli, create));
  group
    .command('cap')
    .description('Caps how many slots of a pool may hold plans that wait for people.')
    .argument('<pool>', 'its name')
    .argument('<slots>', 'how many, or "none"', cap)
    .action(action(cli, capSlots));
  group
    .command('isolation')
    .summary('demand how far agents keep runs apart')
    .description(
      'Demands how far the agents of a pool keep runs apart. Weaker ones are drained: what waits in their slots is planned again elsewhere, and they join the pool no more.',
    )
    .argument('<pool>', 'its name')
    .addArgument(new Argument('<level>', 'how far; "none" demands nothing').choices(LEVELS))
    .action(action(cli, demand));
  addPoolTokens(group, cli);
}

function demandOf(level: Level): Pool['runIsolation'] {
  return level === 'none' ? null : level;
}

function cap(value: string): number | null {
  const number = Number(value);
  if (value !== 'none' && !(Number.isInteger(number) && number >= 1)) {
    throw new InvalidArgumentError('It is a whole number from 1 on, or "none".');
  }
  return value === 'none' ? null : number;
}

const COLUMNS: readonly Column<Pool>[] = [
  { title: 'pool', of: ({ name }) => name },
  {
    title: 'plans that wait',
    of: ({ maxReservedSlots }) =>
      maxReservedSlots === null ? 'as many as there are slots' : `at most ${maxReservedSlots}`,
  },
  { title: 'isolation', of: ({ runIsolation }) => runIsolation ?? 'any', goes: 1 },
  { title: 'made', of: ({ createdAt }) => ago(createdAt) },
];

async function list({ client, out }: Session, { limit }: { readonly limit: number }): Promise<void> {
  const page = await pagesOf(limit, async (query) => client.get('/api/v1/pools', { params: { query } }));
  out.list(page, COLUMNS, 'There are no pools: "berth pools create <name>" makes one.');
}

async function create(
  { client, out }: Session,
  { isolation = 'none' }: { readonly isolation?: Level },
  name: string,
): Promise<void> {
  const params = { header: { 'Idempotency-Key': randomUUID() } };
  out.record(
    await client.post('/api/v1/pools', { params, body: { name, runIsolation: demandOf(isolation) } }),
    COLUMNS,
  );
}

async function capSlots(
  { client, out }: Session,
  _options: object,
  pool: string,
  maxReservedSlots: number | null,
): Promise<void> {
  const params = { path: { pool } };
  out.record(await client.patch('/api/v1/pools/{pool}', { params, body: { maxReservedSlots } }), COLUMNS);
}

async function demand({ client, out }: Session, _options: object, pool: string, level: Level): Promise<void> {
  const params = { path: { pool } };
  const body = { runIsolation: demandOf(level) };
  out.record(await client.patch('/api/v1/pools/{pool}', { params, body }), COLUMNS);
  if (level !== 'none') {
    out.note('Weaker agents of the pool are drained: "berth resume <agent>" once they meet it.');
  }
}
