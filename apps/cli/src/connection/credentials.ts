import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { WrongUse } from '../failures.js';

/** The keys that `berth login` has kept, by the address of the api. */
export interface Credentials {
  /** The one that counts where none is named. */
  readonly current: string | undefined;
  readonly keys: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where they are kept, for its owner's eyes only. */
export function credentialsFile(env: Environment): string {
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'berth', 'credentials.json');
}

/** Nothing where there is no such file. @throws WrongUse where it cannot be read, or others can read it too */
export function readCredentials(file: string): Credentials {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return { current: undefined, keys: {} };
    }
    throw new WrongUse(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    const { current, keys } = JSON.parse(text) as { current?: unknown; keys?: unknown };
    const entries = Object.entries((keys ?? {}) as Record<string, unknown>);
    return {
      current: typeof current === 'string' ? current : undefined,
      keys: Object.fromEntries(
        entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      ),
    };
  } catch {
    throw new WrongUse(`${file} is no JSON: remove it, and sign in again`);
  }
}

/** Keeps the key, as that of the current host. Whoever reads the file sees the old one or the new one, never a half. */
export function keepCredential(file: string, url: string, key: string): void {
  const { keys } = readCredentials(file);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify({ current: url, keys: { ...keys, [url]: key } }, null, 2)}\n`, {
    mode: 0o600,
  });
  // A file of that name that was left behind keeps its own mode.
  chmodSync(fresh, 0o600);
  renameSync(fresh, file);
}
