import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Schemas } from '@berth/client';
import type { Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { pagesOf } from '../connection/pages.js';
import { WrongUse } from '../failures.js';
import { oneLine } from '../output/plain.js';
import { recordLines, tableLines, type Column } from '../output/table.js';
import { ago, size } from '../output/words.js';
import { expectSure } from './sure.js';
import { outputLines } from './outputs.js';
import { count } from './parsers.js';
import { addUnsavedStates } from './unsaved-states.js';
import { withWorkspace, workspaceOf, type WorkspaceOption } from './workspace-option.js';

type Version = Schemas['StateVersion'];
type Description = Schemas['StateDescription'];

interface Yes extends WorkspaceOption {
  readonly yes?: boolean;
}

/** `berth states`. */
export function addStates(program: Command, cli: Cli): void {
  const group = program.command('states').summary('versions of a workspace’s state, and what is in them');
  withWorkspace(group.command('list', { isDefault: true }))
    .description('Lists the versions of the state, newest first.')
    .option('-n, --limit <number>', 'how many', count, 20)
    .action(action(cli, list));
  withWorkspace(group.command('show'))
    .description('Shows the resources and outputs of a version; without an id, of the newest one.')
    .argument('[version]', 'its id')
    .action(action(cli, show));
  withWorkspace(group.command('pull'))
    .description('Prints the newest state as terraform has it, secrets included.')
    .action(action(cli, pull));
  withWorkspace(group.command('push'))
    .description('Makes a state file the newest state of the workspace.')
    .argument('<file>', 'a terraform.tfstate')
    .option('--force', 'even of another lineage, or where the state has moved on')
    .option('-y, --yes', 'do not ask')
    .action(action(cli, push));
  withWorkspace(group.command('restore'))
    .description('Makes an older version the newest one.')
    .argument('<version>', 'its id')
    .option('-y, --yes', 'do not ask')
    .action(action(cli, restore));
  addUnsavedStates(group, cli);
}

const COLUMNS: readonly Column<Version>[] = [
  { title: 'version', of: ({ id }) => id },
  { title: 'serial', of: ({ serial }) => String(serial), align: 'right' },
  { title: 'size', of: ({ sizeBytes }) => size(sizeBytes), align: 'right' },
  { title: 'saved', of: ({ createdAt }) => ago(createdAt) },
  { title: 'run', of: ({ taskId }) => taskId ?? '', goes: 1 },
];

async function list(session: Session, options: WorkspaceOption & { readonly limit: number }): Promise<void> {
  const { client, out } = session;
  const path = { workspace: await workspaceOf(session, options) };
  const page = await pagesOf(options.limit, async (query) =>
    client.get('/api/v1/workspaces/{workspace}/state-versions', { params: { path, query } }),
  );
  out.list(page, COLUMNS, 'The workspace has no state yet: an apply makes the first one.');
}

async function show(session: Session, options: WorkspaceOption, id?: string): Promise<void> {
  const { client, out } = session;
  const workspace = await workspaceOf(session, options);
  const description = await (id === undefined
    ? client.get('/api/v1/workspaces/{workspace}/state', { params: { path: { workspace } } })
    : client.get('/api/v1/workspaces/{workspace}/state-versions/{id}', {
        params: { path: { workspace, id } },
      }));
  out.document(description, () => describedLines(description, out.width));
}

function describedLines(description: Description, width: number): string[] {
  const { resources, outputs } = description;
  const columns: Column<Description['resources'][number]>[] = [
    { title: 'resource', of: ({ address }) => oneLine(address) },
    { title: 'provider', of: ({ provider }) => oneLine(provider ?? '') },
  ];
  return [
    ...recordLines(description, COLUMNS, width),
    '',
    ...(resources.length === 0 ? ['No resources.'] : tableLines(resources, columns, width)),
    ...(Object.keys(outputs).length === 0 ? [] : ['', 'Outputs:', ...outputLines(outputs)]),
  ];
}

async function pull(session: Session, options: WorkspaceOption): Promise<void> {
  const path = { workspace: await workspaceOf(session, options) };
  const state = await session.client.get('/api/v1/workspaces/{workspace}/terraform-state', {
    params: { path },
  });
  session.out.lines([JSON.stringify(state, null, 2)]);
}

async function push(
  session: Session,
  options: Yes & { readonly force?: boolean },
  file: string,
): Promise<void> {
  const { client, out, surroundings } = session;
  const workspace = await workspaceOf(session, options);
  const path = resolve(surroundings.cwd, file);
  const content = await readFile(path).catch((error: unknown) => {
    throw new WrongUse(`${path} cannot be read: ${(error as Error).message}`);
  });
  await expectSure(session, options.yes, `Make ${file} the newest state of workspace ${workspace}?`);
  const query = options.force === true ? { force: 'true' as const } : {};
  const version = await client.post('/api/v1/workspaces/{workspace}/state-versions', {
    params: { path: { workspace }, query },
    // The bytes as they are, for the digest and for numbers that JavaScript would round.
    body: new Blob([new Uint8Array(content)], { type: 'application/json' }),
  });
  out.record(version, COLUMNS);
}

async function restore(session: Session, options: Yes, id: string): Promise<void> {
  const { client, out } = session;
  const workspace = await workspaceOf(session, options);
  const query = { limit: 1 };
  // What is replaced is what was the newest one when the person was asked.
  const newest = await client.get('/api/v1/workspaces/{workspace}/state-versions', {
    params: { path: { workspace }, query },
  });
  await expectSure(session, options.yes, `Make version ${id} the newest state of workspace ${workspace}?`);
  const newestId = newest.items[0]?.id;
  const version = await client.post('/api/v1/workspaces/{workspace}/state-versions/{id}/restore', {
    params: { path: { workspace, id } },
    body: newestId === undefined ? {} : { newestId },
  });
  out.record(version, COLUMNS);
}
