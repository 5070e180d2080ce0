import { randomUUID } from 'node:crypto';
import type { Schemas } from '@berth/client';
import type { Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { pagesOf } from '../connection/pages.js';
import type { Output } from '../output/output.js';
import type { Column } from '../output/table.js';
import { ago } from '../output/words.js';
import { expectSure, type Sure } from './sure.js';
import { count } from './parsers.js';
import { settingsOf, withSettings, type WorkspaceSettings } from './workspace-settings.js';

type Workspace = Schemas['Workspace'];

interface UpdateOptions extends WorkspaceSettings {
  readonly name?: string;
  readonly attended?: boolean;
}
interface DeleteOptions extends Sure {
  readonly force?: boolean;
}

/** `berth workspaces`. */
export function addWorkspaces(program: Command, cli: Cli): void {
  const group = program.command('workspaces').summary('list, make, change and delete workspaces');
  group
    .command('list', { isDefault: true })
    .description('Lists the workspaces.')
    .option('--project <project>', 'only those of this project')
    .option('-n, --limit <number>', 'how many', count, 50)
    .action(action(cli, list));
  group
    .command('show')
    .description('Shows a workspace and its settings.')
    .argument('<workspace>', 'name or id')
    .action(action(cli, show));
  withSettings(group.command('create'))
    .description('Makes a workspace.')
    .argument('<name>', 'letters, digits, ".", "_" and "-"')
    .action(action(cli, create));
  withSettings(group.command('update'))
    .description('Changes what is given, and nothing else.')
    .argument('<workspace>', 'name or id')
    .option('--name <name>', 'another name')
    .option('--attended', 'somebody has looked: let it run again')
    .action(action(cli, update));
  group
    .command('delete')
    .description('Deletes a workspace, with its runs, variables and states.')
    .argument('<workspace>', 'name or id')
    .option('-y, --yes', 'do not ask')
    .option('--force', 'even where its state still holds resources')
    .action(action(cli, remove));
}

interface ListOptions {
  readonly project?: string;
  readonly limit: number;
}

async function list({ client, out }: Session, { project, limit }: ListOptions): Promise<void> {
  const filter = project === undefined ? {} : { project };
  const page = await pagesOf(limit, async (part) =>
    client.get('/api/v1/workspaces', { params: { query: { ...filter, ...part } } }),
  );
  out.list(
    page,
    columns(out),
    'There are no workspaces yet: "berth run" makes one, or "berth workspaces create".',
  );
}

async function show({ client, out }: Session, _options: object, idOrName: string): Promise<void> {
  const workspace = await client.get('/api/v1/workspaces/{idOrName}', { params: { path: { idOrName } } });
  out.record(workspace, details(out));
}

async function create({ client, out }: Session, settings: WorkspaceSettings, name: string): Promise<void> {
  const params = { header: { 'Idempotency-Key': randomUUID() } };
  const body = { engine: 'terraform' as const, ...settingsOf(settings), name };
  out.record(await client.post('/api/v1/workspaces', { params, body }), details(out));
}

async function update({ client, out }: Session, options: UpdateOptions, idOrName: string): Promise<void> {
  const { name, attended } = options;
  const body = {
    ...settingsOf(options),
    ...(name === undefined ? {} : { name }),
    ...(attended === true ? { needsAttention: false as const } : {}),
  };
  const params = { path: { idOrName } };
  out.record(await client.patch('/api/v1/workspaces/{idOrName}', { params, body }), details(out));
}

async function remove(session: Session, { yes, force }: DeleteOptions, idOrName: string): Promise<void> {
  await expectSure(session, yes, `Delete workspace ${idOrName}, its runs, variables and states?`);
  const query = force === true ? { force: 'true' as const } : {};
  await session.client.delete('/api/v1/workspaces/{idOrName}', { params: { path: { idOrName }, query } });
  session.out.note(`Workspace ${idOrName} is deleted.`);
}

function columns({ colours }: Output): Column<Workspace>[] {
  return [
    { title: 'name', of: ({ name }) => name },
    { title: 'engine', of: ({ engine, engineVersion }) => [engine, engineVersion ?? ''].join(' ').trim() },
    { title: 'project', of: ({ project }) => project, goes: 1 },
    { title: 'pool', of: ({ pool }) => pool, goes: 2 },
    {
      title: 'needs',
      of: ({ needsAttention }) => (needsAttention ? 'attention' : ''),
      paint: (text) => colours.paint('red', text),
    },
    { title: 'changed', of: ({ updatedAt }) => ago(updatedAt) },
  ];
}

function details(out: Output): Column<Workspace>[] {
  return [
    ...columns(out),
    { title: 'id', of: ({ id }) => id },
    { title: 'working directory', of: ({ workingDirectory }) => workingDirectory },
    { title: 'applies', of: ({ autoApply }) => (autoApply ? 'without asking' : 'after a confirmation') },
    { title: 'approvals', of: approvalsText },
    {
      title: 'lost slot',
      of: ({ onSlotLost }) => (onSlotLost === 'replan' ? 'plans again' : 'restores the plan'),
    },
    {
      title: 'git',
      of: ({ git }) => (git === null ? '' : [git.url, git.branch ?? '', git.path].join(' ').trim()),
    },
    { title: 'configuration', of: ({ currentConfigurationId }) => currentConfigurationId ?? 'none yet' },
  ];
}

function approvalsText({ approvals, allowSelfApproval, keepApprovals }: Workspace): string {
  const whose = allowSelfApproval ? '' : ', not of who queued it';
  return `${approvals}${whose}${keepApprovals === 'identical' ? ', kept for an identical plan' : ''}`;
}
