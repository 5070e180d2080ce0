import { ApiProblem, type Client } from '@berth/client';
import type { Command } from 'commander';
import { clientOf, type Cli } from '../cli.js';
import { credentialsFile, forgetCredential, readCredentials } from '../connection/credentials.js';
import { urlOf } from '../connection/find-host.js';
import { pagesOf } from '../connection/pages.js';
import { Ending, ExitCode, reasonOf } from '../failures.js';

interface LogoutOptions {
  readonly keep?: boolean;
}

/** `berth logout`. */
export function addLogout(program: Command, cli: Cli): void {
  program
    .command('logout')
    .summary('forget the key of a sign-in, and revoke it')
    .description('Forgets the key that "berth login" has kept, and revokes it where it is a key of yours.')
    .argument('[host]', 'the api (else --host, BERTH_URL, or the one of the last sign-in)')
    .option('--keep', 'only forget it here: it still opens the api')
    .action(async (given: string | undefined, options: LogoutOptions, command: Command) => {
      await logout(cli, given, options, command);
    });
}

async function logout(
  cli: Cli,
  given: string | undefined,
  { keep }: LogoutOptions,
  command: Command,
): Promise<void> {
  const { env } = cli.surroundings;
  const { host } = command.optsWithGlobals<{ host?: string }>();
  const out = cli.output(command);
  const file = credentialsFile(env);
  const { current, keys } = readCredentials(file);
  const named = given ?? host ?? (env['BERTH_URL'] || undefined);
  const url = named === undefined ? current : urlOf(named, 'host');
  const key = url === undefined ? undefined : keys[url];
  if (url === undefined || key === undefined) {
    throw new Ending(
      ExitCode.failed,
      `no key is kept${url === undefined ? '' : ` for ${url}`}: nobody is signed in`,
    );
  }
  // Also where it cannot be revoked: whoever signs out wants no key to lie here.
  forgetCredential(file, url);
  out.note(`The key for ${url} is forgotten.`);
  if (keep === true) {
    return;
  }
  const client = clientOf({ url, key, from: file, isKept: true, organization: undefined });
  try {
    const isRevoked = await revokeOwn(client, key);
    out.note(isRevoked ? 'It is revoked.' : 'It is revoked by "berth keys revoke", if nobody else uses it.');
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) {
      return;
    }
    const reason = error instanceof ApiProblem ? error.detail : reasonOf(error);
    throw new Ending(ExitCode.failed, `It could not be revoked, and still opens the api: ${reason}`);
  }
}

/** The one of one's own keys that begins like it; false where it is nobody's own, or that is not certain. */
async function revokeOwn(client: Client, key: string): Promise<boolean> {
  try {
    const { items } = await pagesOf(1_000, async (query) =>
      client.get('/api/v1/account/keys', { params: { query } }),
    );
    const [own, another] = items.filter(({ prefix }) => key.startsWith(prefix));
    if (own === undefined || another !== undefined) {
      return false;
    }
    await client.delete('/api/v1/account/keys/{id}', { params: { path: { id: own.id } } });
    return true;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 403) {
      return false;
    }
    throw error;
  }
}
