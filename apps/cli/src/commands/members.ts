import type { Schemas } from '@berth/client';
import { Argument, Option, type Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { pagesOf } from '../connection/pages.js';
import { oneLine } from '../output/plain.js';
import type { Column } from '../output/table.js';
import { ago } from '../output/words.js';
import { count } from './parsers.js';
import { expectSure, type Sure } from './sure.js';

type Member = Schemas['Member'];
type Role = Schemas['MemberRole'];

const ROLES: readonly Role[] = ['member', 'owner'];

/** `berth members`. */
export function addMembers(program: Command, cli: Cli): void {
  const group = program.command('members').summary('who belongs to the organization');
  group
    .command('list', { isDefault: true })
    .description('Lists the members, by e-mail address.')
    .option('-n, --limit <number>', 'how many', count, 200)
    .action(action(cli, list));
  group
    .command('add')
    .description('Makes somebody a member; who is not known yet can sign in from now on.')
    .argument('<e-mail>', 'their address')
    .option('--name <name>', 'of a person who is not known yet')
    .addOption(new Option('--role <role>', 'what they are here').choices(ROLES).default('member'))
    .action(action(cli, add));
  group
    .command('role')
    .description('Makes a member an owner, or an owner a member.')
    .argument('<user>', 'e-mail address or id')
    .addArgument(new Argument('<role>', 'what they are from now on').choices(ROLES))
    .action(action(cli, setRole));
  group
    .command('remove')
    .description('Takes a person out of the organization, with their teams and grants in it.')
    .argument('<user>', 'e-mail address or id')
    .option('-y, --yes', 'do not ask')
    .action(action(cli, remove));
}

const COLUMNS: readonly Column<Member>[] = [
  { title: 'e-mail', of: ({ email }) => oneLine(email) },
  { title: 'role', of: ({ role }) => role },
  { title: 'name', of: ({ name, email }) => (name === email ? '' : oneLine(name)), goes: 2 },
  {
    title: 'signed in',
    of: ({ lastSignInAt }) => (lastSignInAt === null ? 'not yet' : ago(lastSignInAt)),
    goes: 3,
  },
  { title: 'id', of: ({ userId }) => userId, goes: 1 },
];

async function list({ client, out }: Session, { limit }: { readonly limit: number }): Promise<void> {
  const page = await pagesOf(limit, async (query) => client.get('/api/v1/members', { params: { query } }));
  out.list(page, COLUMNS, 'There are no members: "berth members add <e-mail>" makes somebody one.');
}

interface AddOptions {
  readonly name?: string;
  readonly role: Role;
}

async function add({ client, out }: Session, { name, role }: AddOptions, email: string): Promise<void> {
  const body = { email, role, ...(name === undefined ? {} : { name }) };
  out.record(await client.post('/api/v1/members', { body }), COLUMNS);
}

async function setRole({ client, out }: Session, _options: object, user: string, role: Role): Promise<void> {
  const params = { path: { user } };
  out.record(await client.patch('/api/v1/members/{user}', { params, body: { role } }), COLUMNS);
}

async function remove(session: Session, { yes }: Sure, user: string): Promise<void> {
  await expectSure(session, yes, `Take ${user} out of the organization, with their teams and grants in it?`);
  await session.client.delete('/api/v1/members/{user}', { params: { path: { user } } });
  session.out.note(`${user} is no member any more.`);
}
