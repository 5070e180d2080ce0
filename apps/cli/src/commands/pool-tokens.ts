import type { Schemas } from '@berth/client';
import type { Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { pagesOf } from '../connection/pages.js';
import type { Column } from '../output/table.js';
import { ago } from '../output/words.js';
import { count } from './parsers.js';
import { expectSure, type Sure } from './sure.js';

type Token = Schemas['AgentToken'];

/** `berth pools tokens`. */
export function addPoolTokens(pools: Command, cli: Cli): void {
  const group = pools.command('tokens').summary('what agents join a pool with');
  group
    .command('list')
    .description('Lists the tokens of a pool, newest first.')
    .argument('<pool>', 'its name')
    .option('-n, --limit <number>', 'how many', count, 100)
    .action(action(cli, list));
  group
    .command('create')
    .description('Makes a token with which agents join a pool. It alone goes to stdout, this once.')
    .argument('<pool>', 'its name')
    .argument('<name>', 'what the token is for')
    .action(action(cli, create));
  group
    .command('revoke')
    .description('Revokes a token: no agent joins with it any more, and those that did are let out.')
    .argument('<pool>', 'its name')
    .argument('<token>', 'its id')
    .option('-y, --yes', 'do not ask')
    .action(action(cli, revoke));
}

const COLUMNS: readonly Column<Token>[] = [
  { title: 'token', of: ({ id }) => id },
  { title: 'name', of: ({ name }) => name },
  { title: 'pool', of: ({ pool }) => pool, goes: 1 },
  { title: 'made', of: ({ createdAt }) => ago(createdAt) },
];

async function list({ client, out }: Session, { limit }: { readonly limit: number }, pool: string) {
  const page = await pagesOf(limit, async (query) =>
    client.get('/api/v1/pools/{pool}/tokens', { params: { path: { pool }, query } }),
  );
  out.list(
    page,
    COLUMNS,
    `Pool ${pool} has no tokens: "berth pools tokens create ${pool} <name>" makes one.`,
  );
}

async function create({ client, out }: Session, _options: object, pool: string, name: string) {
  const params = { path: { pool } };
  const made = await client.post('/api/v1/pools/{pool}/tokens', { params, body: { name } });
  out.document(made, () => [made.token ?? '']);
  out.note(`An agent of pool ${made.pool} gets it as BERTH_AGENT_TOKEN. It is not shown again.`);
}

async function revoke(session: Session, { yes }: Sure, pool: string, id: string): Promise<void> {
  await expectSure(
    session,
    yes,
    `Revoke token ${id} of pool ${pool}? The agents that joined with it are let out at once.`,
  );
  await session.client.delete('/api/v1/pools/{pool}/tokens/{id}', { params: { path: { pool, id } } });
  session.out.note(`Token ${id} opens nothing any more: the agents that joined with it are let out.`);
}
