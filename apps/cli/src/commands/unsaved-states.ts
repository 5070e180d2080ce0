import type { Schemas } from '@berth/client';
import type { Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { oneLine } from '../output/plain.js';
import type { Column } from '../output/table.js';
import { ago, size } from '../output/words.js';
import { expectSure, type Sure } from './sure.js';
import { withWorkspace, workspaceOf, type WorkspaceOption } from './workspace-option.js';

type UnsavedState = Schemas['UnsavedState'];

interface PushOptions extends WorkspaceOption, Sure {
  readonly force?: boolean;
}

/** `berth states unsaved`. */
export function addUnsavedStates(states: Command, cli: Cli): void {
  const group = states
    .command('unsaved')
    .summary('states that an apply could not save, which wait for a person');
  withWorkspace(group.command('list', { isDefault: true }))
    .description('Lists states that an apply could not save, newest first.')
    .action(action(cli, list));
  withWorkspace(group.command('pull'))
    .description('Prints one as terraform has left it, secrets included.')
    .argument('<state>', 'its id')
    .action(action(cli, pull));
  withWorkspace(group.command('push'))
    .description('Makes one the newest state; the workspace goes on when no other is left.')
    .argument('<state>', 'its id')
    .option('--force', 'even where the state has moved on since')
    .option('-y, --yes', 'do not ask')
    .action(action(cli, push));
  withWorkspace(group.command('discard'))
    .description('Gives one up: what the apply has made is then in no state.')
    .argument('<state>', 'its id')
    .option('-y, --yes', 'do not ask')
    .action(action(cli, discard));
}

const COLUMNS: readonly Column<UnsavedState>[] = [
  { title: 'state', of: ({ id }) => id },
  { title: 'run', of: ({ taskId }) => taskId, goes: 1 },
  { title: 'serial', of: ({ serial }) => (serial === null ? '' : String(serial)), align: 'right' },
  { title: 'size', of: ({ sizeBytes }) => size(sizeBytes), align: 'right', goes: 3 },
  { title: 'kept', of: ({ createdAt }) => ago(createdAt), goes: 2 },
  { title: 'is', of: ({ resolution }) => resolution ?? 'waiting' },
  { title: 'fault', of: ({ fault }) => oneLine(fault ?? '') },
];

async function list(session: Session, options: WorkspaceOption): Promise<void> {
  const path = { workspace: await workspaceOf(session, options) };
  const page = await session.client.get('/api/v1/workspaces/{workspace}/unsaved-states', {
    params: { path },
  });
  session.out.list(page, COLUMNS, 'Every apply has saved its state.');
}

async function pull(session: Session, options: WorkspaceOption, id: string): Promise<void> {
  const path = { workspace: await workspaceOf(session, options), id };
  const content = await session.client.get('/api/v1/workspaces/{workspace}/unsaved-states/{id}/content', {
    params: { path },
  });
  session.out.piece(await content.text());
}

async function push(session: Session, { yes, force, ...options }: PushOptions, id: string): Promise<void> {
  const { client, out } = session;
  const workspace = await workspaceOf(session, options);
  // What is replaced is what was the newest one when the person was asked.
  const newest = await client.get('/api/v1/workspaces/{workspace}/state-versions', {
    params: { path: { workspace }, query: { limit: 1 } },
  });
  await expectSure(session, yes, `Make ${id} the newest state of workspace ${workspace}?`);
  const newestId = newest.items[0]?.id;
  const pushed = await client.post('/api/v1/workspaces/{workspace}/unsaved-states/{id}/push', {
    params: { path: { workspace, id } },
    body: { ...(newestId === undefined ? {} : { newestId }), ...(force === true ? { force } : {}) },
  });
  out.record(pushed, COLUMNS);
}

async function discard(session: Session, { yes, ...options }: PushOptions, id: string): Promise<void> {
  const { client, out } = session;
  const workspace = await workspaceOf(session, options);
  await expectSure(
    session,
    yes,
    `Discard ${id}? What the apply has made is then in no state of ${workspace}.`,
  );
  const params = { path: { workspace, id } };
  out.record(await client.delete('/api/v1/workspaces/{workspace}/unsaved-states/{id}', { params }), COLUMNS);
}
