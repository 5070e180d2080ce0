import { randomUUID } from 'node:crypto';
import type { Schemas } from '@berth/client';
import type { Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { pagesOf } from '../connection/pages.js';
import { oneLine } from '../output/plain.js';
import type { Column } from '../output/table.js';
import { ago } from '../output/words.js';
import { expectSure } from './sure.js';
import { count } from './parsers.js';

type VariableSet = Schemas['VariableSet'];

interface Settings {
  readonly description?: string;
  readonly global?: boolean;
}

/** `berth variable-sets`. */
export function addVariableSets(program: Command, cli: Cli): void {
  const group = program.command('variable-sets').summary('variables that workspaces share');
  group
    .command('list', { isDefault: true })
    .description('Lists the variable sets; what is in one shows "berth variables list --set <name>".')
    .option('-n, --limit <number>', 'how many', count, 50)
    .action(action(cli, list));
  withSettings(group.command('create'))
    .description('Makes a variable set.')
    .argument('<name>', 'letters, digits, ".", "_" and "-"')
    .action(action(cli, create));
  withSettings(group.command('update'))
    .description('Changes what is given, and nothing else.')
    .argument('<set>', 'name or id')
    .option('--name <name>', 'another name')
    .action(action(cli, update));
  group
    .command('delete')
    .description('Deletes a variable set with its variables.')
    .argument('<set>', 'name or id')
    .option('-y, --yes', 'do not ask')
    .action(action(cli, remove));
  group
    .command('workspaces')
    .description('Lists the workspaces that a set is assigned to.')
    .argument('<set>', 'name or id')
    .option('-n, --limit <number>', 'how many', count, 50)
    .action(action(cli, workspaces));
  group
    .command('assign')
    .description('Gives the variables of a set to the runs of a workspace.')
    .argument('<set>', 'name or id')
    .argument('<workspace>', 'name or id')
    .action(action(cli, assign));
  group
    .command('detach')
    .description('Takes them away again.')
    .argument('<set>', 'name or id')
    .argument('<workspace>', 'name or id')
    .action(action(cli, detach));
}

function withSettings(command: Command): Command {
  return command
    .option('--description <text>', 'what it is for')
    .option('--global', 'for every workspace')
    .option('--no-global', 'for those that it is assigned to');
}

const COLUMNS: readonly Column<VariableSet>[] = [
  { title: 'name', of: ({ name }) => name },
  { title: 'for', of: ({ global }) => (global ? 'every workspace' : 'those assigned') },
  { title: 'description', of: ({ description }) => oneLine(description) },
  { title: 'changed', of: ({ updatedAt }) => ago(updatedAt) },
];

async function list({ client, out }: Session, { limit }: { readonly limit: number }): Promise<void> {
  const page = await pagesOf(limit, async (query) =>
    client.get('/api/v1/variable-sets', { params: { query } }),
  );
  out.list(page, COLUMNS, 'There are no variable sets yet: "berth variable-sets create <name>" makes one.');
}

async function create(
  { client, out }: Session,
  { description, global }: Settings,
  name: string,
): Promise<void> {
  const params = { header: { 'Idempotency-Key': randomUUID() } };
  const body = { name, ...given({ description, global }) };
  out.record(await client.post('/api/v1/variable-sets', { params, body }), COLUMNS);
}

async function update(
  { client, out }: Session,
  { description, global, name }: Settings & { readonly name?: string },
  idOrName: string,
): Promise<void> {
  const params = { path: { idOrName } };
  const body = given({ description, global, name });
  out.record(await client.patch('/api/v1/variable-sets/{idOrName}', { params, body }), COLUMNS);
}

function given<T extends object>(options: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const said = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as { [K in keyof T]?: NonNullable<T[K]> };
}

async function remove(
  session: Session,
  { yes }: { readonly yes?: boolean },
  idOrName: string,
): Promise<void> {
  await expectSure(session, yes, `Delete variable set ${idOrName} and its variables?`);
  await session.client.delete('/api/v1/variable-sets/{idOrName}', { params: { path: { idOrName } } });
  session.out.note(`Variable set ${idOrName} is deleted.`);
}

async function workspaces(
  { client, out }: Session,
  { limit }: { readonly limit: number },
  variableSet: string,
): Promise<void> {
  const page = await pagesOf(limit, async (query) =>
    client.get('/api/v1/variable-sets/{variableSet}/workspaces', {
      params: { path: { variableSet }, query },
    }),
  );
  out.list(page, [{ title: 'name', of: ({ name }) => name }], 'It is assigned to no workspace.');
}

async function assign(
  session: Session,
  _options: object,
  variableSet: string,
  workspace: string,
): Promise<void> {
  const params = { path: { variableSet, workspace } };
  await session.client.put('/api/v1/variable-sets/{variableSet}/workspaces/{workspace}', { params });
  session.out.note(`Runs of ${workspace} get the variables of ${variableSet} from now on.`);
}

async function detach(
  session: Session,
  _options: object,
  variableSet: string,
  workspace: string,
): Promise<void> {
  const params = { path: { variableSet, workspace } };
  await session.client.delete('/api/v1/variable-sets/{variableSet}/workspaces/{workspace}', { params });
  session.out.note(`Runs of ${workspace} get them no more.`);
}
