import type { Schemas } from '@berth/client';
import { Argument, Option, type Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { pagesOf } from '../connection/pages.js';
import { WrongUse } from '../failures.js';
import { oneLine } from '../output/plain.js';
import type { Column } from '../output/table.js';
import { ago } from '../output/words.js';
import { count } from './parsers.js';

type Grant = Schemas['Grant'];
type Role = Schemas['Role'];

const ROLES: readonly Role[] = ['viewer', 'planner', 'operator', 'admin'];

interface AddOptions {
  readonly team?: string;
  readonly user?: string;
  readonly project?: string;
  readonly workspace?: string;
}

/** `berth grants`. */
export function addGrants(program: Command, cli: Cli): void {
  const group = program.command('grants').summary('who has which role where');
  group
    .command('list', { isDefault: true })
    .description('Lists grants, newest first.')
    .option('-n, --limit <number>', 'how many', count, 200)
    .action(action(cli, list));
  group
    .command('add')
    .description(
      'Grants a role to a team or a user, on a project, a workspace or the whole organization. Who has one there already gets ' +
        'this one instead.',
    )
    .addArgument(new Argument('<role>', 'what they may do').choices(ROLES))
    .addOption(new Option('--team <team>', 'to this team').conflicts('user'))
    .option('--user <user>', 'to this member (e-mail address or id)')
    .addOption(new Option('--project <project>', 'on this project alone').conflicts('workspace'))
    .option('--workspace <workspace>', 'on this workspace alone')
    .action(action(cli, add));
  group
    .command('remove')
    .description('Takes a grant back.')
    .argument('<grant>', 'its id')
    .action(action(cli, remove));
}

const COLUMNS: readonly Column<Grant>[] = [
  { title: 'grant', of: ({ id }) => id },
  { title: 'to', of: ({ team, user }) => (team === null ? oneLine(user?.email ?? '') : `team ${team.name}`) },
  { title: 'role', of: ({ role }) => role },
  { title: 'on', of: placeText },
  { title: 'since', of: ({ createdAt }) => ago(createdAt), goes: 1 },
];

function placeText({ project, workspace }: Grant): string {
  if (workspace !== null) {
    return `workspace ${workspace.name}`;
  }
  return project === null ? 'everything' : `project ${project.name}`;
}

async function list({ client, out }: Session, { limit }: { readonly limit: number }): Promise<void> {
  const page = await pagesOf(limit, async (query) => client.get('/api/v1/grants', { params: { query } }));
  out.list(page, COLUMNS, 'There are no grants that you may see: "berth grants add <role> --team <team>".');
}

async function add({ client, out }: Session, options: AddOptions, role: Role): Promise<void> {
  const { team, user, project, workspace } = options;
  if (team === undefined && user === undefined) {
    throw new WrongUse('say to whom: --team <team>, or --user <user>');
  }
  const body = {
    role,
    ...(team === undefined ? {} : { team }),
    ...(user === undefined ? {} : { user }),
    ...(project === undefined ? {} : { project }),
    ...(workspace === undefined ? {} : { workspace }),
  };
  out.record(await client.post('/api/v1/grants', { body }), COLUMNS);
}

async function remove({ client, out }: Session, _options: object, id: string): Promise<void> {
  await client.delete('/api/v1/grants/{id}', { params: { path: { id } } });
  out.note(`Grant ${id} is taken back.`);
}
