import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { FoundAddress } from '../addresses/allowed-addresses.js';

const run = promisify(execFile);
const ANSWER_MS = 10_000;

/** Where ssh goes for a host, as the settings of the agent's user have it. */
export interface SshRoute {
  readonly hostname: string;
  readonly port: string;
  /** Under which known_hosts has its key. */
  readonly knownAs: string;
  /** By a jump or a command of the agent's user, who then says where it leads. */
  readonly isIndirect: boolean;
}

/** Where there is no ssh that could be asked, as the url has it: git will say what is missing. */
export async function sshRoute(url: string): Promise<SshRoute> {
  const { user, host, port } = destinationOf(url);
  const destination = user === '' ? host : `${user}@${host}`;
  const { stdout } = await run('ssh', ['-G', ...(port === '' ? [] : ['-p', port]), '--', destination], {
    timeout: ANSWER_MS,
  }).catch(() => ({ stdout: `hostname ${host}\nport ${port === '' ? '22' : port}\n` }));
  const settings = new Map(
    stdout.split('\n').map((line): [string, string] => {
      const [name = '', ...words] = line.split(' ');
      return [name, words.join(' ')];
    }),
  );
  const hostname = settings.get('hostname') ?? '';
  const at = settings.get('port') ?? '22';
  const isSet = (name: string): boolean => !['none', undefined].includes(settings.get(name));
  return {
    hostname,
    port: at,
    knownAs: settings.get('hostkeyalias') ?? (at === '22' ? hostname : `[${hostname}]:${at}`),
    isIndirect: isSet('proxyjump') || isSet('proxycommand'),
  };
}

/** Options by which ssh connects to the first of these addresses, and knows the host by its name all the same. */
export function pinnedSsh({ knownAs }: SshRoute, [first]: readonly FoundAddress[]): readonly string[] {
  return first === undefined
    ? []
    : [`HostName=${first.address}`, `HostKeyAlias=${knownAs}`, 'CheckHostIP=no'].map(
        (option) => `-o '${option.replaceAll("'", String.raw`'\''`)}'`,
      );
}

/** Of `ssh://user@host:port/path` or `user@host:path`. */
function destinationOf(url: string): { readonly user: string; readonly host: string; readonly port: string } {
  const [, user, host] = /^([^@/:]+)@([^:/]+):/.exec(url) ?? [];
  if (user !== undefined && host !== undefined) {
    return { user, host, port: '' };
  }
  const { username, hostname, port } = new URL(url);
  return { user: username, host: hostname.replace(/^\[|\]$/g, ''), port };
}
