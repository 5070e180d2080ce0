import { ApiProblem, type Schemas } from '@berth/client';
import type { Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import type { Column } from '../output/table.js';

type Whoami = Schemas['Whoami'];
type Account = Schemas['Account'];

/** `berth whoami`. */
export function addWhoami(program: Command, cli: Cli): void {
  program
    .command('whoami')
    .summary('who you are here, and what you may do')
    .description('Says which Berth you are at, as whom, in which organization, and with which role.')
    .action(action(cli, whoami));
}

async function whoami(session: Session): Promise<void> {
  const { client, out, url } = session;
  const at = { title: 'berth', of: () => url };
  try {
    const me = await client.get('/api/v1/whoami');
    const columns: Column<Whoami>[] = [
      { title: 'you are', of: ({ actor }) => actor },
      at,
      { title: 'organization', of: ({ organization }) => organization.name },
      { title: 'role', of: ({ role }) => role ?? 'none in the whole organization' },
      { title: 'projects', of: ({ projects }) => placesText(projects) },
      { title: 'workspaces', of: ({ workspaces }) => placesText(workspaces) },
    ];
    out.record(me, columns);
  } catch (error) {
    const isUnsaid =
      error instanceof ApiProblem && ['ORGANIZATION_NEEDED', 'NO_ORGANIZATION'].includes(error.code);
    if (!isUnsaid) {
      throw error;
    }
    const columns: Column<Account>[] = [
      { title: 'you are', of: ({ email }) => `user:${email}` },
      at,
      { title: 'organizations', of: organizationsText },
    ];
    out.record(await client.get('/api/v1/account'), columns);
  }
}

function placesText(roles: Readonly<Record<string, string>>): string {
  return Object.entries(roles)
    .map(([id, role]) => `${role} in ${id}`)
    .join(', ');
}

function organizationsText({ organizations }: Account): string {
  return organizations.length === 0
    ? 'none yet'
    : `${organizations.map(({ name }) => name).join(', ')} (say which: "berth organizations use <name>")`;
}
