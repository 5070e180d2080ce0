import { hostname } from 'node:os';
import { text as textOf } from 'node:stream/consumers';
import { ApiProblem } from '@berth/client';
import type { Command } from 'commander';
import { clientOf, sendable, type Cli, type Surroundings } from '../cli.js';
import {
  credentialsFile,
  keepCredential,
  keepOrganization,
  readCredentials,
} from '../connection/credentials.js';
import { urlOf } from '../connection/find-host.js';
import { findRuntime } from '../connection/runtime.js';
import { Ending, ExitCode, WrongUse } from '../failures.js';
import { oneLine } from '../output/plain.js';
import type { Output } from '../output/output.js';
import { Interrupted } from '../output/terminal.js';
import { span } from '../output/words.js';
import { Interrupts } from '../running/interrupts.js';
import { askForCode, waitForKey, type Asking, type GrantedKey } from '../signing-in/device-code.js';

interface LoginOptions {
  readonly key?: string;
}

/** `berth login`. */
export function addLogin(program: Command, cli: Cli): void {
  program
    .command('login')
    .summary('sign in, and keep a key of yours here')
    .description(
      'Signs you in: shows an address and a code, which you confirm in a browser anywhere, and keeps the key that this makes in ' +
        'a file that only you can read. With --key - it keeps a key that it reads from stdin.',
    )
    .argument('[host]', 'the api (else --host, BERTH_URL, or the one of the last sign-in)')
    .option('--key <->', 'keep the key that stdin holds')
    .action(async (given: string | undefined, options: LoginOptions, command: Command) => {
      const { host, organization } = command.optsWithGlobals<{ host?: string; organization?: string }>();
      const url = addressOf(given ?? host, cli.surroundings);
      cli.url = url;
      await login({ url, organization, cli, out: cli.output(command) }, options);
    });
}

interface Login {
  readonly url: string;
  readonly organization: string | undefined;
  readonly cli: Cli;
  readonly out: Output;
}

/** @throws WrongUse where nobody says which Berth is meant */
function addressOf(given: string | undefined, { env, cwd }: Surroundings): string {
  const named = given ?? (env['BERTH_URL'] || undefined) ?? findRuntime(cwd, env['BERTH_HOME'])?.url;
  const address = named ?? readCredentials(credentialsFile(env)).current;
  if (address === undefined) {
    throw new WrongUse('say where: berth login https://berth.example.com');
  }
  return urlOf(address, given === undefined ? 'BERTH_URL' : 'host');
}

async function login(login: Login, { key: from }: LoginOptions): Promise<void> {
  const { url, cli, out } = login;
  if (from !== undefined && from !== '-') {
    throw new WrongUse(
      'a key is never an argument, which others could read: berth login --key - reads it from stdin',
    );
  }
  const { key, expiresInS } = from === undefined ? await bySignIn(login) : await fromStdin(cli.surroundings);
  const who = await ownerOf(login, key);
  const file = credentialsFile(cli.surroundings.env);
  const { organization } = login;
  if (organization !== undefined && !who.organizations.some(({ name }) => name === organization)) {
    throw new Ending(
      ExitCode.failed,
      `${who.actor} does not belong to an organization "${organization}": nothing is kept`,
    );
  }
  keepCredential(file, url, key);
  if (organization !== undefined) {
    keepOrganization(file, url, organization);
  }
  const end = expiresInS === null ? '' : `, until ${span(expiresInS)} from now`;
  out.document({ url, ...who }, () => [`signed in at ${url} as ${who.actor}${end}`]);
  out.note(`The key is kept in ${file}.`);
  if (who.organizations.length > 1 && organization === undefined) {
    const names = who.organizations.map(({ name }) => name).join(', ');
    out.note(`You belong to ${names}: "berth organizations use <name>" keeps which one you mean.`);
  }
}

async function bySignIn({ url, out }: Login): Promise<GrantedKey> {
  const interrupts = new Interrupts();
  try {
    return await interrupts.during(async (signal) => {
      const asking: Asking = { url, clientName: `berth on ${oneLine(hostname())}`, signal };
      const code = await askForCode(asking);
      out.note(`Open ${code.address}`);
      out.note(`and confirm the code ${out.noteColours.paint('bold', code.userCode)}.`);
      const end = performance.now() + code.expiresInS * 1_000;
      return await waitForKey(asking, code, async (seconds) => {
        const left = Math.max(0, Math.round((end - performance.now()) / 1_000));
        out.progress.show(`waits for you to confirm it, for another ${span(left)} …`);
        await pause(seconds, signal);
      });
    });
  } catch (error) {
    throw error instanceof Interrupted
      ? new Ending(ExitCode.interrupted, 'Stopped: nobody is signed in.')
      : error;
  } finally {
    out.progress.clear();
    interrupts.stop();
  }
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, seconds * 1_000);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

async function fromStdin({ stdin }: Surroundings): Promise<GrantedKey> {
  if (stdin.isTTY === true) {
    throw new WrongUse('--key - reads the key from stdin: pipe it in');
  }
  const key = (await textOf(stdin)).trim();
  if (key === '') {
    throw new WrongUse('--key -: there is nothing on stdin');
  }
  return { key: sendable(key), expiresInS: null };
}

interface Owner {
  readonly actor: string;
  readonly organizations: readonly { readonly name: string }[];
}

/** Whose key it is, which also tells that it opens the api. @throws ApiProblem 401 where it does not */
async function ownerOf({ url }: Login, key: string): Promise<Owner> {
  const client = clientOf({ url, key, from: 'login', isKept: true, organization: undefined });
  try {
    const { email, organizations } = await client.get('/api/v1/account');
    return { actor: email, organizations };
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 403)) {
      throw error;
    }
    const { actor, organization } = await client.get('/api/v1/whoami');
    return { actor, organizations: [organization] };
  }
}
