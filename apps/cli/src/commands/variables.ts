import { text as textOf } from 'node:stream/consumers';
import type { Client, Schemas } from '@berth/client';
import type { Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { WrongUse } from '../failures.js';
import type { Surroundings } from '../cli.js';
import { oneLine } from '../output/plain.js';
import type { Column } from '../output/table.js';
import { ago } from '../output/words.js';
import { withWorkspace, workspaceOf, type WorkspaceOption } from './workspace-option.js';

type Variable = Schemas['Variable'];
type Effective = Schemas['EffectiveVariable'];

interface OwnerOption extends WorkspaceOption {
  /** A variable set in place of a workspace. */
  readonly set?: string;
}
interface ListOptions extends OwnerOption {
  readonly effective?: boolean;
}
interface SetOptions extends OwnerOption {
  readonly env?: boolean;
  readonly sensitive?: boolean;
  readonly hcl?: boolean;
}

/** `berth variables`. */
export function addVariables(program: Command, cli: Cli): void {
  const group = program
    .command('variables')
    .summary('what runs are given: of a workspace, or of a variable set');
  withOwner(group.command('list', { isDefault: true }))
    .description(
      'Lists the variables of a workspace, or of a variable set. Sensitive values are shown to nobody.',
    )
    .option('--effective', 'what runs of the workspace get, sets included, and from where')
    .action(action(cli, list));
  withOwner(group.command('set'))
    .description('Sets a variable. A value of "-" is read from stdin, which no history of a shell keeps.')
    .argument('<name=value>', 'the variable and its value')
    .option('--env', 'an environment variable, not one of terraform')
    .option('--sensitive', 'its value is never shown again')
    .option('--hcl', 'its value is an expression, not a text')
    .action(action(cli, set));
  withOwner(group.command('delete'))
    .description('Removes a variable.')
    .argument('<name>', 'the variable')
    .action(action(cli, remove));
}

function withOwner(command: Command): Command {
  return withWorkspace(command).option('--set <name>', 'a variable set in place of a workspace');
}

async function list(session: Session, options: ListOptions): Promise<void> {
  const { client, out } = session;
  if (options.effective === true) {
    const workspace = await workspaceOf(session, options);
    const path = { workspace };
    const page = await client.get('/api/v1/workspaces/{workspace}/effective-variables', { params: { path } });
    out.list(page, [...COLUMNS, FROM], NONE);
    return;
  }
  const page = await (await ownerOf(session, options)).list();
  out.list(page, COLUMNS, NONE);
}

const NONE = 'There are no variables here yet: "berth variables set name=value" sets one.';
const COLUMNS: readonly Column<Variable>[] = [
  { title: 'name', of: ({ key }) => key },
  { title: 'value', of: ({ value }) => (value === null ? '(sensitive)' : shortened(oneLine(value))) },
  { title: 'kind', of: ({ category, hcl }) => (hcl ? `${category}, hcl` : category) },
  { title: 'changed', of: ({ updatedAt }) => ago(updatedAt) },
];
const FROM: Column<Effective> = {
  title: 'from',
  of: ({ from }) => (from === 'workspace' ? 'workspace' : `set ${from.variableSet.name}`),
};

function shortened(value: string): string {
  return value.length > 60 ? `${value.slice(0, 59)}…` : value;
}

async function set(session: Session, options: SetOptions, given: string): Promise<void> {
  const at = given.indexOf('=');
  if (at < 1) {
    throw new WrongUse(
      `${JSON.stringify(given)}: it looks like name=value, and name=- reads the value from stdin`,
    );
  }
  const said = given.slice(at + 1);
  const owner = await ownerOf(session, options);
  const value = said === '-' ? await fromStdin(session.surroundings) : said;
  const variable = await owner.put(given.slice(0, at), {
    value,
    category: options.env === true ? 'env' : 'terraform',
    sensitive: options.sensitive ?? false,
    hcl: options.hcl ?? false,
  });
  session.out.record(variable, COLUMNS);
}

/** Without the end of the last line, which whoever pipes a value does not mean. @throws WrongUse on a terminal */
async function fromStdin({ stdin }: Surroundings): Promise<string> {
  if (stdin.isTTY === true) {
    throw new WrongUse('"-" reads the value from stdin: pipe it in');
  }
  return (await textOf(stdin)).replace(/\r?\n$/, '');
}

async function remove(session: Session, options: OwnerOption, key: string): Promise<void> {
  await (await ownerOf(session, options)).remove(key);
  session.out.note(`Variable ${key} is removed.`);
}

interface Owner {
  list(): Promise<{ readonly items: readonly Variable[]; readonly nextCursor: string | null }>;
  put(key: string, body: Schemas['PutVariable']): Promise<Variable>;
  remove(key: string): Promise<unknown>;
}

async function ownerOf(session: Session, options: OwnerOption): Promise<Owner> {
  return options.set === undefined
    ? ofWorkspace(session.client, await workspaceOf(session, options))
    : ofSet(session.client, options.set);
}

function ofWorkspace(client: Client, workspace: string): Owner {
  const all = '/api/v1/workspaces/{workspace}/variables';
  const one = `${all}/{key}` as const;
  return {
    list: async () => client.get(all, { params: { path: { workspace } } }),
    put: async (key, body) => client.put(one, { params: { path: { workspace, key } }, body }),
    remove: async (key) => client.delete(one, { params: { path: { workspace, key } } }),
  };
}

function ofSet(client: Client, variableSet: string): Owner {
  const all = '/api/v1/variable-sets/{variableSet}/variables';
  const one = `${all}/{key}` as const;
  return {
    list: async () => client.get(all, { params: { path: { variableSet } } }),
    put: async (key, body) => client.put(one, { params: { path: { variableSet, key } }, body }),
    remove: async (key) => client.delete(one, { params: { path: { variableSet, key } } }),
  };
}
