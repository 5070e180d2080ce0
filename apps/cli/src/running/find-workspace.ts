import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { ApiProblem, type Client, type Schemas } from '@berth/client';
import { WrongUse } from '../failures.js';
import type { Output } from '../output/output.js';
import type { Terminal } from '../output/terminal.js';
import { readWorkspaceFile, writeWorkspaceFile } from './workspace-file.js';

type Workspace = Schemas['Workspace'];

export interface WorkspaceWish {
  readonly directory: string;
  readonly workspace?: string;
  readonly create?: boolean;
  readonly engine?: 'terraform' | 'opentofu';
}

interface Helpers {
  readonly client: Client;
  readonly out: Output;
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * The workspace that is meant by --workspace, BERTH_WORKSPACE or the directory's `.berth.json`; one that is not there is made
 * with --create, or after asking. @throws WrongUse, Interrupted
 */
export async function findWorkspace(wish: WorkspaceWish, helpers: Helpers): Promise<Workspace> {
  const { directory } = wish;
  const said =
    wish.workspace ?? (helpers.env['BERTH_WORKSPACE'] || undefined) ?? (await readWorkspaceFile(directory));
  const name = said ?? (await askForName(wish, helpers));
  const workspace = (await readWorkspace(name, helpers)) ?? (await makeWorkspace(name, wish, helpers));
  if (said === undefined) {
    await writeWorkspaceFile(directory, workspace.name);
    helpers.out.note(`.berth.json keeps it: this directory is workspace ${workspace.name}.`);
  }
  return workspace;
}

async function askForName(
  { directory, create }: WorkspaceWish,
  { terminal, signal }: Helpers,
): Promise<string> {
  const proposed = basename(directory)
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  if (create === true && proposed !== '') {
    return proposed;
  }
  if (!terminal.isThere) {
    throw new WrongUse(
      'no workspace is named: give --workspace <name>, set BERTH_WORKSPACE, or let --create make one with the name of the directory',
    );
  }
  const answer = await terminal.ask(`Which workspace is this directory? [${proposed}] `, signal);
  const name = answer === '' ? proposed : answer;
  if (name === '') {
    throw new WrongUse('no workspace is named: give --workspace <name>');
  }
  return name;
}

async function readWorkspace(name: string, { client, signal }: Helpers): Promise<Workspace | undefined> {
  try {
    return await client.get('/api/v1/workspaces/{idOrName}', {
      params: { path: { idOrName: name } },
      signal,
    });
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) {
      return undefined;
    }
    throw error;
  }
}

async function makeWorkspace(name: string, wish: WorkspaceWish, helpers: Helpers): Promise<Workspace> {
  const { client, terminal, out, signal } = helpers;
  if (wish.create !== true) {
    if (!terminal.isThere) {
      throw new WrongUse(`there is no workspace "${name}": --create makes it`);
    }
    const answer = await terminal.choose(
      `There is no workspace "${name}" yet. Make it? [Y/n] `,
      ['yes', 'no'],
      'yes',
      signal,
    );
    if (answer === 'no') {
      throw new WrongUse('no workspace, no run');
    }
  }
  const engine = wish.engine ?? 'terraform';
  const params = { header: { 'Idempotency-Key': randomUUID() } };
  try {
    const workspace = await client.post('/api/v1/workspaces', { params, body: { name, engine }, signal });
    out.note(`Workspace ${workspace.name} is made, for ${workspace.engine}.`);
    return workspace;
  } catch (error) {
    // Somebody else was quicker, and it is the one that we want.
    const made =
      error instanceof ApiProblem && error.code === 'NAME_TAKEN'
        ? await readWorkspace(name, helpers)
        : undefined;
    if (made === undefined) {
      throw error;
    }
    return made;
  }
}
