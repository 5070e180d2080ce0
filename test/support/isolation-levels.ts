import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { pathForSandboxes } from './bubblewrap.js';
import { ORDINARY, openFolders } from './ordinary-user.js';
import { isThere } from './unpacked-software.js';

/** How an agent of a test keeps runs apart. */
export interface TestedLevel {
  /** Of a test's name. */
  readonly name: string;
  readonly level: 'sandbox' | 'user';
  readonly path: string;
  /** Root makes the sandbox: users may not pass a folder that it needs. */
  readonly byRoot?: boolean;
  /** The agent's user, where that is not ours. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /** Why it is not to be had here; null where it is. */
  readonly lacks: string | null;
}

/** Every level at which this machine's agents may be, as root and as an ordinary user; those that are not to be had say why. */
export async function isolationLevels(): Promise<TestedLevel[]> {
  const isRoot = process.getuid?.() === 0;
  const path = await openFolders(process.env['PATH'] ?? '');
  const found = await pathForSandboxes();
  const sandbox =
    typeof found === 'string'
      ? { path, lacks: found }
      : { path: await openFolders(found.path), lacks: null as string | null };
  const without = await pathWithoutBubblewrap(path);
  const notRoot = isRoot ? null : 'the tests do not run as root';
  return [
    { name: 'root, sandbox', level: 'sandbox', user: null, ...sandbox, lacks: notRoot ?? sandbox.lacks },
    {
      name: 'root, sandbox made by root',
      level: 'sandbox',
      byRoot: true,
      user: null,
      path: `${await closedFolder()}${delimiter}${sandbox.path}`,
      lacks: notRoot ?? sandbox.lacks,
    },
    { name: 'root, user', level: 'user', user: null, path: without, lacks: notRoot },
    { name: 'ordinary user, sandbox', level: 'sandbox', user: isRoot ? ORDINARY : null, ...sandbox },
    {
      name: 'ordinary user, user',
      level: 'user',
      user: isRoot ? ORDINARY : null,
      path: without,
      lacks: 'only an agent that starts as root can give runs users of their own',
    },
  ];
}

async function closedFolder(): Promise<string> {
  const folder = join(await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'closed-')), 'bin');
  await mkdir(folder);
  return folder;
}

async function pathWithoutBubblewrap(path: string): Promise<string> {
  const folders = path.split(delimiter);
  const has = await Promise.all(folders.map(async (folder) => isThere(join(folder, 'bwrap'))));
  return folders.filter((_folder, index) => !has[index]).join(delimiter);
}

/** Of folders that tests make for themselves: others may pass, on their way to what they know of. */
export async function letOthersPass(...folders: readonly string[]): Promise<void> {
  await Promise.all(folders.map(async (folder) => chmod(folder, 0o755)));
}
