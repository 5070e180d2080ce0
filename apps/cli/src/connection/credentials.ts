import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { WrongUse } from '../failures.js';

/** What `berth login` has kept, by the address of the api. */
export interface Credentials {
  /** The one that counts where none is named. */
  readonly current: string | undefined;
  readonly keys: Readonly<Record<string, string>>;
  /** Which of several organizations is meant there. */
  readonly organizations: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where they are kept, for its owner's eyes only. */
export function credentialsFile(env: Environment): string {
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'berth', 'credentials.json');
}

/** Nothing where there is no such file. @throws WrongUse where it cannot be read */
export function readCredentials(file: string): Credentials {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return { current: undefined, keys: {}, organizations: {} };
    }
    throw new WrongUse(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    const { current, keys, organizations } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return {
      current: typeof current === 'string' ? current : undefined,
      keys: textsOf(keys),
      organizations: textsOf(organizations),
    };
  } catch {
    throw new WrongUse(`${file} is no JSON: remove it, and sign in again`);
  }
}

function textsOf(given: unknown): Record<string, string> {
  const entries = Object.entries((given ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Keeps the key, as that of the current host; which organization was meant with the one before counts no more. */
export function keepCredential(file: string, url: string, key: string): void {
  const { keys, organizations } = readCredentials(file);
  write(file, {
    current: url,
    keys: { ...keys, [url]: key },
    organizations: without(organizations, url),
  });
}

/** Which organization is meant at a host; null: whichever is the only one. */
export function keepOrganization(file: string, url: string, organization: string | null): void {
  const kept = readCredentials(file);
  const others = without(kept.organizations, url);
  write(file, {
    ...kept,
    organizations: organization === null ? others : { ...others, [url]: organization },
  });
}

/** Forgets the key of a host. @returns whether there was one */
export function forgetCredential(file: string, url: string): boolean {
  const { current, keys, organizations } = readCredentials(file);
  if (keys[url] === undefined) {
    return false;
  }
  write(file, {
    current: current === url ? undefined : current,
    keys: without(keys, url),
    organizations: without(organizations, url),
  });
  return true;
}

function without(texts: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([key]) => key !== name));
}

/** Whoever reads the file sees the old one or the new one, never a half. */
function write(file: string, credentials: Credentials): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  // A file of that name that was left behind keeps its own mode.
  chmodSync(fresh, 0o600);
  renameSync(fresh, file);
}
