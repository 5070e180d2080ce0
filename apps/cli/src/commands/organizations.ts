import { randomUUID } from 'node:crypto';
import { ApiProblem, type Client, type Schemas } from '@berth/client';
import type { Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { credentialsFile, keepOrganization } from '../connection/credentials.js';
import { Ending, ExitCode } from '../failures.js';
import type { Column } from '../output/table.js';
import { ago } from '../output/words.js';
import { expectSure, type Sure } from './sure.js';

type Organization = Schemas['Organization'];
type Membership = Schemas['Account']['organizations'][number];

/** `berth organizations`. */
export function addOrganizations(program: Command, cli: Cli): void {
  const group = program
    .command('organizations')
    .summary('tenants: list, make, choose, rename and delete them');
  group
    .command('list', { isDefault: true })
    .description('Lists the organizations that you belong to, or the one that a service key is of.')
    .action(action(cli, list));
  group
    .command('create')
    .description('Makes an organization, with its first owner, a pool and a project "default".')
    .argument('<name>', 'letters, digits, ".", "_" and "-"')
    .option('--owner <e-mail>', 'its first owner; you, where it is not given')
    .action(action(cli, create));
  group
    .command('use')
    .description('Keeps which of your organizations is meant from now on, beside the key of "berth login".')
    .argument('<name>', 'name or id')
    .action(action(cli, use));
  group
    .command('rename')
    .description('Gives the organization that you act in another name.')
    .argument('<name>', 'letters, digits, ".", "_" and "-"')
    .action(action(cli, rename));
  group
    .command('delete')
    .description('Deletes the organization that you act in, once it holds no workspace, run or agent.')
    .argument('<name>', 'its name once more, so that no other one is deleted')
    .option('-y, --yes', 'do not ask')
    .action(action(cli, remove));
}

const COLUMNS: readonly Column<Organization>[] = [
  { title: 'organization', of: ({ name }) => name },
  { title: 'id', of: ({ id }) => id },
  { title: 'made', of: ({ createdAt }) => ago(createdAt) },
];

async function list({ client, host, out }: Session): Promise<void> {
  const items = await membershipsOf(client);
  const columns: Column<Membership>[] = [
    { title: 'organization', of: ({ name }) => name },
    { title: 'you are', of: ({ role }) => role },
    { title: 'id', of: ({ id }) => id, goes: 1 },
    {
      title: 'chosen',
      of: ({ id, name }) =>
        items.length === 1 || [id, name].includes(host.organization ?? '') ? 'this one' : '',
    },
  ];
  const none = 'You belong to no organization yet: ask an owner of one to add you as a member.';
  out.list({ items, nextCursor: null }, columns, none);
}

/** A service key is nobody's: it belongs to one organization. */
async function membershipsOf(client: Client): Promise<readonly Membership[]> {
  try {
    return (await client.get('/api/v1/account')).organizations;
  } catch (error) {
    if (!(error instanceof ApiProblem && error.code === 'FORBIDDEN')) {
      throw error;
    }
    const { organization, role } = await client.get('/api/v1/whoami');
    return [{ ...organization, role: role === 'owner' ? 'owner' : 'member' }];
  }
}

async function create(
  { client, out }: Session,
  { owner }: { readonly owner?: string },
  name: string,
): Promise<void> {
  const params = { header: { 'Idempotency-Key': randomUUID() } };
  const body = { name, ...(owner === undefined ? {} : { ownerEmail: owner }) };
  out.record(await client.post('/api/v1/organizations', { params, body }), COLUMNS);
}

async function use(session: Session, _options: object, named: string): Promise<void> {
  const { client, url, host, out, surroundings } = session;
  const found = (await membershipsOf(client)).find(({ id, name }) => [id, name].includes(named));
  if (found === undefined) {
    throw new Ending(
      ExitCode.failed,
      `you do not belong to an organization ${JSON.stringify(named)}: "berth organizations" lists yours`,
    );
  }
  if (!host.isKept) {
    throw new Ending(
      ExitCode.failed,
      `it is kept beside a key of "berth login", and this one is from elsewhere: set BERTH_ORGANIZATION=${found.name}`,
    );
  }
  keepOrganization(credentialsFile(surroundings.env), url, found.name);
  out.document(found, () => [`organization ${found.name} is meant at ${url} from now on`]);
}

async function rename({ client, host, url, out, surroundings }: Session, _options: object, name: string) {
  const before = await client.get('/api/v1/organization');
  const renamed = await client.patch('/api/v1/organization', { body: { name } });
  if (host.isKept && host.organization === before.name) {
    keepOrganization(credentialsFile(surroundings.env), url, renamed.name);
  }
  out.record(renamed, COLUMNS);
}

async function remove(session: Session, { yes }: Sure, named: string): Promise<void> {
  const { client, host, url, out, surroundings } = session;
  const { id, name } = await client.get('/api/v1/organization');
  if (![id, name].includes(named)) {
    throw new Ending(
      ExitCode.failed,
      `you act in organization ${name}: --organization ${named} says that you mean another one`,
    );
  }
  await expectSure(session, yes, `Delete organization ${name}, with its members, teams and keys?`);
  await client.delete('/api/v1/organization');
  if (host.isKept) {
    keepOrganization(credentialsFile(surroundings.env), url, null);
  }
  out.note(`Organization ${name} is deleted.`);
}
