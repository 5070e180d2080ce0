import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** A Berth that runs beside us, as `npm start` has it. */
export interface LocalInstallation {
  /** What the api's own commands are started with: the address of the database, and what opens what is in it. */
  readonly env: Readonly<Record<string, string>>;
  /** The api's commands; null where this checkout has none, or has not been built. */
  readonly entry: string | null;
}

const ENTRY = join('apps', 'api', 'dist', 'admin.js');

/** Looks in BERTH_HOME, and in this folder and those above it. A file that others may read was not written by us. */
export function findInstallation(cwd: string, env: Environment): LocalInstallation | undefined {
  const home = env['BERTH_HOME'];
  for (let folder = cwd; ; folder = dirname(folder)) {
    const root = home === undefined || home === '' ? join(folder, '.berth') : home;
    const runtime = readOwn(join(root, 'runtime.json'));
    const keys = readOwn(join(root, 'keys.json'));
    if (typeof runtime?.['databaseUrl'] === 'string') {
      const given = {
        DATABASE_URL: runtime['databaseUrl'],
        BERTH_PUBLIC_URL: env['BERTH_PUBLIC_URL'] || runtime['apiUrl'],
        BERTH_ENCRYPTION_KEY: env['BERTH_ENCRYPTION_KEY'] || keys?.['encryptionKey'],
        BERTH_OLD_ENCRYPTION_KEY: env['BERTH_OLD_ENCRYPTION_KEY'],
      };
      return { env: textsOf(given), entry: entryAbove(cwd) };
    }
    if (root === home || folder === dirname(folder)) {
      return undefined;
    }
  }
}

function entryAbove(cwd: string): string | null {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const entry = join(folder, ENTRY);
    if (existsSync(entry)) {
      return entry;
    }
    if (folder === dirname(folder)) {
      return null;
    }
  }
}

function readOwn(file: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const { mode, uid } = statSync(file);
    return (mode & 0o077) === 0 && uid === process.getuid?.()
      ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function textsOf(given: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
