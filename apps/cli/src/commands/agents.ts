import type { Schemas } from '@berth/client';
import type { Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { pagesOf } from '../connection/pages.js';
import type { Output } from '../output/output.js';
import { oneLine } from '../output/plain.js';
import type { Column } from '../output/table.js';
import { ago } from '../output/words.js';
import { count } from './parsers.js';

type Agent = Schemas['Agent'];
type Slot = Schemas['Slot'];

/** `berth agents`, `berth drain` and `berth resume`. */
export function addAgents(program: Command, cli: Cli): void {
  const group = program.command('agents').summary('who runs runs, and in which slots');
  group
    .command('list', { isDefault: true })
    .description('Lists agents and build workers.')
    .option('-n, --limit <number>', 'how many', count, 100)
    .action(action(cli, list));
  group
    .command('show')
    .description('Shows an agent.')
    .argument('<agent>', 'its id')
    .action(action(cli, show));
  group
    .command('slots')
    .description('Lists the slots of all agents, and the runs that are in them.')
    .option('-n, --limit <number>', 'how many', count, 200)
    .action(action(cli, slots));
  program
    .command('drain')
    .summary('give an agent no more work')
    .description(
      'Gives an agent no more work; what it runs goes on, and plans that wait in its slots are made again elsewhere.',
    )
    .argument('<agent>', 'its id')
    .action(action(cli, drain));
  program
    .command('resume')
    .summary('give a drained agent work again')
    .description('Gives a drained agent work again, from its next heartbeat on.')
    .argument('<agent>', 'its id')
    .action(action(cli, resume));
}

const COLOURS = {
  alive: 'green',
  suspect: 'yellow',
  draining: 'yellow',
  lost: 'red',
  stopped: 'gray',
} as const;

function columns({ colours }: Output): Column<Agent>[] {
  return [
    { title: 'agent', of: ({ id }) => oneLine(id) },
    {
      title: 'status',
      of: ({ status, unwell }) => (unwell === null ? status : `${status}, unwell`),
      paint: (text, { status, unwell }) =>
        colours.paint(unwell === null || status !== 'alive' ? COLOURS[status] : 'yellow', text),
    },
    { title: 'pool', of: ({ pool }) => pool },
    { title: 'kind', of: ({ kind, platforms }) => [kind, ...platforms].join(' ') },
    { title: 'slots', of: ({ slots }) => String(slots), align: 'right' },
    { title: 'at once', of: ({ concurrency }) => String(concurrency), align: 'right', goes: 2 },
    { title: 'isolation', of: ({ isolation }) => isolation ?? '', goes: 3 },
    { title: 'version', of: ({ version }) => oneLine(version), goes: 1 },
    { title: 'heard', of: ({ lastHeartbeatAt }) => ago(lastHeartbeatAt) },
  ];
}

async function list({ client, out }: Session, { limit }: { readonly limit: number }): Promise<void> {
  const page = await pagesOf(limit, async (query) => client.get('/api/v1/agents', { params: { query } }));
  out.list(
    page,
    columns(out),
    'There are no agents: start one with a token of "berth pools tokens create <pool> <name>".',
  );
}

async function show({ client, out }: Session, _options: object, id: string): Promise<void> {
  const agent = await client.get('/api/v1/agents/{id}', { params: { path: { id } } });
  out.record(agent, details(out));
}

function details(out: Output): Column<Agent>[] {
  return [
    ...columns(out),
    { title: 'name', of: ({ name }) => oneLine(name ?? '') },
    { title: 'pod', of: ({ podName }) => oneLine(podName) },
    { title: 'registered', of: ({ registeredAt }) => ago(registeredAt) },
    { title: 'unwell', of: ({ unwell }) => oneLine(unwell?.reason ?? '') },
    { title: 'drained', of: ({ drainRequestedAt }) => ago(drainRequestedAt) },
  ];
}

async function slots({ client, out }: Session, { limit }: { readonly limit: number }): Promise<void> {
  const page = await pagesOf(limit, async (query) => client.get('/api/v1/slots', { params: { query } }));
  const slotColumns: Column<Slot>[] = [
    { title: 'agent', of: ({ agentId }) => oneLine(agentId) },
    { title: 'slot', of: ({ slotId }) => String(slotId), align: 'right' },
    { title: 'state', of: ({ state }) => state },
    { title: 'run', of: ({ taskId }) => taskId ?? '' },
    { title: 'reserved', of: ({ reservedUntil }) => ago(reservedUntil), goes: 1 },
  ];
  out.list(page, slotColumns, 'There are no slots: no agent has ever registered.');
}

async function drain({ client, out }: Session, _options: object, id: string): Promise<void> {
  out.record(await client.post('/api/v1/agents/{id}/drain', { params: { path: { id } } }), details(out));
}

async function resume({ client, out }: Session, _options: object, id: string): Promise<void> {
  out.record(await client.post('/api/v1/agents/{id}/resume', { params: { path: { id } } }), details(out));
}
