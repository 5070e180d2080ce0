import type { Client, Schemas } from '@berth/client';
import { Option, type Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { pagesOf } from '../connection/pages.js';
import { WrongUse } from '../failures.js';
import { oneLine } from '../output/plain.js';
import type { Column } from '../output/table.js';
import { ago } from '../output/words.js';
import { endText, expiresAt, lifetime } from './expiry.js';
import { count, gathered, seconds } from './parsers.js';
import { expectSure, type Sure } from './sure.js';

type Key = Schemas['ApiKey'];
type NewKey = Schemas['NewApiKey'];
type ServiceRole = Schemas['CreateServiceKey']['role'];

const ROLES: readonly ServiceRole[] = ['viewer', 'planner', 'operator', 'admin', 'owner'];

interface Whose {
  /** The organization's keys in place of one's own. */
  readonly service?: boolean;
}
interface CreateOptions extends Whose {
  readonly role?: ServiceRole;
  readonly project?: readonly string[];
  readonly workspace?: readonly string[];
  readonly expires?: number;
}
interface RotateOptions extends Whose {
  readonly overlap?: number;
  readonly expires?: number;
}

/** `berth keys`: one's own, and with --service those of the organization. */
export function addKeys(program: Command, cli: Cli): void {
  const group = program.command('keys').summary('keys of your own, and of the organization’s services');
  withService(group.command('list', { isDefault: true }))
    .description('Lists your keys, newest first.')
    .option('-n, --limit <number>', 'how many', count, 100)
    .action(action(cli, list));
  withService(group.command('create'))
    .description(
      'Makes a key that may do what you may, or with --service one of the organization, which needs a --role. The key alone goes ' +
        'to stdout, this once.',
    )
    .argument('<name>', 'what the key is for')
    .addOption(new Option('--role <role>', 'of a service key').choices(ROLES))
    .option('--project <project>', 'a service key for this project alone; may be repeated', gathered)
    .option('--workspace <workspace>', 'a service key for this workspace alone; may be repeated', gathered)
    .option('--expires <time>', 'how long it lives (12h, 90d, 4w)', lifetime)
    .action(action(cli, create));
  withService(group.command('rotate'))
    .description(
      'Makes a key anew, which alone goes to stdout, this once; the old one opens for another day.',
    )
    .argument('<key>', 'its id')
    .option('--overlap <time>', 'how long the old one still opens (0, 15m, 2h)', seconds)
    .option('--expires <time>', 'how long the new one lives (12h, 90d, 4w)', lifetime)
    .action(action(cli, rotate));
  withService(group.command('revoke'))
    .description('Revokes a key: from now on it opens nothing.')
    .argument('<key>', 'its id')
    .option('-y, --yes', 'do not ask')
    .action(action(cli, revoke));
}

function withService(command: Command): Command {
  return command.option('--service', 'the organization’s keys, not your own');
}

const COLUMNS: readonly Column<Key>[] = [
  { title: 'key', of: ({ id }) => id },
  { title: 'name', of: ({ name }) => oneLine(name) },
  { title: 'begins with', of: ({ prefix }) => prefix, goes: 2 },
  { title: 'may', of: ({ role, ...places }) => (role === null ? '' : `${role}${placesText(places)}`) },
  { title: 'used', of: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : ago(lastUsedAt)), goes: 1 },
  {
    title: 'ends',
    of: ({ revokedAt, expiresAt: end }) => (revokedAt === null ? endText(end) : ago(revokedAt)),
  },
];

function placesText({ projects, workspaces }: Pick<Key, 'projects' | 'workspaces'>): string {
  const places = [...(projects ?? []), ...(workspaces ?? [])];
  return places.length === 0 ? '' : ` on ${places.join(', ')}`;
}

async function list({ client, out }: Session, { service, limit }: Whose & { readonly limit: number }) {
  const keys = keysOf(client, service);
  const page = await pagesOf(limit, keys.list);
  out.list(page, COLUMNS, 'There are no keys yet: "berth keys create <name>" makes one.');
}

async function create(session: Session, options: CreateOptions, name: string): Promise<void> {
  const { client } = session;
  const { service, role, project = [], workspace = [], expires } = options;
  if (service !== true) {
    if (role !== undefined || project.length + workspace.length > 0) {
      throw new WrongUse('--role, --project and --workspace are for service keys: add --service');
    }
    show(session, await client.post('/api/v1/account/keys', { body: { name, ...expiresAt(expires) } }));
    return;
  }
  if (role === undefined) {
    throw new WrongUse(`a service key needs a --role: ${ROLES.join(', ')}`);
  }
  const body = {
    name,
    role,
    ...(project.length === 0 ? {} : { projects: [...project] }),
    ...(workspace.length === 0 ? {} : { workspaces: [...workspace] }),
    ...expiresAt(expires),
  };
  show(session, await client.post('/api/v1/keys', { body }));
}

async function rotate(session: Session, options: RotateOptions, id: string): Promise<void> {
  const { service, overlap, expires } = options;
  const body = { ...(overlap === undefined ? {} : { overlapSeconds: overlap }), ...expiresAt(expires) };
  show(session, await keysOf(session.client, service).rotate(id, body));
}

async function revoke(session: Session, { service, yes }: Whose & Sure, id: string): Promise<void> {
  await expectSure(session, yes, `Revoke key ${id}?`);
  await keysOf(session.client, service).revoke(id);
  session.out.note(`Key ${id} opens nothing any more.`);
}

/** The key alone is data: it may be piped to where it is to be. */
function show({ out }: Session, made: NewKey): void {
  out.document(made, () => [made.key]);
  const end = made.expiresAt === null ? 'It never ends.' : `It ends ${ago(made.expiresAt)}.`;
  out.note(`Key ${oneLine(made.name)} (${made.id}) is made and not shown again. ${end}`);
}

interface Keys {
  readonly list: (query: { readonly limit: number; readonly cursor?: string }) => Promise<{
    readonly items: Key[];
    readonly nextCursor: string | null;
  }>;
  readonly rotate: (id: string, body: Schemas['RotateKey']) => Promise<NewKey>;
  readonly revoke: (id: string) => Promise<unknown>;
}

function keysOf(client: Client, service: boolean | undefined): Keys {
  const all = service === true ? '/api/v1/keys' : '/api/v1/account/keys';
  const one = `${all}/{id}` as const;
  const anew = `${one}/rotate` as const;
  return {
    list: async (query) => client.get(all, { params: { query } }),
    rotate: async (id, body) => client.post(anew, { params: { path: { id } }, body }),
    revoke: async (id) => client.delete(one, { params: { path: { id } } }),
  };
}
