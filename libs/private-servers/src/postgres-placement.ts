import { chmod, lstat, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { pathHash, stateDirectoryFor } from './own-directory.js';
import { copyBinaries } from './postgres-binaries.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { endPostgresLeftover } from './postgres-leftover.js';

/** PostgreSQL refuses to run as root, so as root it runs under another account, wherever that one can reach. */
export interface PostgresPlacement {
  /** The data folder of the server (PGDATA). */
  cluster: string;
  binaries: PostgresBinaries;
  /** Who owns the data and runs the server; undefined: whoever we are. */
  account: Account | undefined;
  /** Whether the account is worn inside a user namespace, by root itself. */
  inNamespace: boolean;
}

interface Account {
  uid: number;
  gid: number;
}

export interface PlacedCommand {
  file: string;
  args: string[];
  uid?: number;
  gid?: number;
}

/** Says in the server's own folder where its data is, when it cannot be there. */
const POINTER = 'data-is-in';

/** Where the data of this folder is now, if it is anywhere. */
export async function clusterOf(dataDir: string): Promise<string> {
  return (await readPointer(dataDir)) ?? join(dataDir, 'data');
}

async function readPointer(dataDir: string): Promise<string | undefined> {
  const pointer = await readFile(join(dataDir, POINTER), 'utf8').catch(() => '');
  return pointer.trim() === '' ? undefined : pointer.trim();
}

/** How one of PostgreSQL's programs is called at its place. */
export function placedCommand(
  { binaries, account, inNamespace }: PostgresPlacement,
  program: 'initdb' | 'postgres',
  args: string[],
): PlacedCommand {
  const file = join(binaries.bin, program);
  if (inNamespace) {
    return { file: 'unshare', args: [...NAMESPACE, file, ...args] };
  }
  return account === undefined ? { file, args } : { file, args, ...account };
}

// Inside, we are nobody; outside, the files stay root's and a parent folder that only root may enter is no obstacle.
const NAMESPACE = ['--user', '--map-user=65534', '--map-group=65534', '--'];

/** Finds the place for a server's data and makes it ready for the account that will run it. */
export async function placePostgres(
  dataDir: string,
  binaries: PostgresBinaries,
  onProgress: (message: string) => void,
): Promise<PostgresPlacement> {
  if (process.getuid?.() !== 0) {
    return { cluster: join(dataDir, 'data'), binaries, account: undefined, inNamespace: false };
  }
  const placement = await placeForRoot(dataDir, binaries, onProgress);
  await giveTo(placement.cluster, placement.inNamespace ? { uid: 0, gid: 0 } : placement.account);
  return placement;
}

async function placeForRoot(
  dataDir: string,
  binaries: PostgresBinaries,
  onProgress: (message: string) => void,
): Promise<PostgresPlacement> {
  const account = await serverAccount();
  const cluster = join(dataDir, 'data');
  // The account passes through to the data folder, which is its own and 0700; it cannot list what lies here.
  await chmod(dataDir, (await stat(dataDir)).mode | 0o011);
  if ((await readPointer(dataDir)) === undefined) {
    if (await canReach(account, dataDir)) {
      const readable = (await canReach(account, join(binaries.bin, 'postgres')))
        ? binaries
        : await copyBinaries(binaries, dataDir);
      return { cluster, binaries: readable, account, inNamespace: false };
    }
    if (await namespaceWorks(binaries)) {
      return { cluster, binaries, account: undefined, inNamespace: true };
    }
  }
  const elsewhere = await stateDirectoryFor(dataDir, 0o711);
  onProgress(`its account cannot enter ${dirname(dataDir)}, so its data is kept in ${elsewhere}`);
  const moved = join(elsewhere, 'data');
  await adoptStateDirectory(dataDir, cluster, moved);
  return {
    cluster: moved,
    binaries: await copyBinaries(binaries, elsewhere),
    account,
    inNamespace: false,
  };
}

/** Makes sure that data elsewhere belongs to this folder, and not to a deleted one of the same path. */
async function adoptStateDirectory(dataDir: string, cluster: string, moved: string): Promise<void> {
  if ((await readPointer(dataDir)) === moved) {
    return;
  }
  // Somebody removed the folder to begin anew: what it pointed to is kept aside, not taken over and not destroyed.
  if (await lstat(moved).catch(() => undefined)) {
    await endPostgresLeftover(moved);
    await rename(moved, `${moved}-of-removed-${pathHash(String(Date.now()))}`);
  }
  if (await lstat(cluster).catch(() => undefined)) {
    await execa('cp', ['-a', cluster, `${moved}.draft`], { timeout: 600_000 });
    await rename(`${moved}.draft`, moved);
    await rm(cluster, { recursive: true });
  }
  await writeFile(join(dataDir, POINTER), `${moved}\n`);
}

/** The account `postgres` where there is one, else `nobody`, which exists everywhere; initdb wants a known one. */
async function serverAccount(): Promise<Account> {
  for (const name of ['postgres', 'nobody']) {
    const uid = await askId('-u', name);
    const gid = await askId('-g', name);
    if (uid !== undefined && gid !== undefined && uid > 0) {
      return { uid, gid };
    }
  }
  throw new Error(
    'PostgreSQL does not run as root and there is neither an account postgres nor nobody to run it: ' +
      'run as an ordinary user or set DATABASE_URL',
  );
}

async function askId(flag: '-u' | '-g', name: string): Promise<number | undefined> {
  const { exitCode, stdout } = await execa('id', [flag, name], { reject: false, timeout: 10_000 });
  return exitCode === 0 ? Number.parseInt(stdout, 10) : undefined;
}

/** Asks the system itself, as that account: modes of every parent, lists and mounts all count. */
async function canReach(account: Account, path: string): Promise<boolean> {
  const { exitCode } = await execa('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], {
    ...account,
    cwd: '/',
    reject: false,
    timeout: 10_000,
  });
  return exitCode === 0;
}

async function namespaceWorks(binaries: PostgresBinaries): Promise<boolean> {
  const placement = { cluster: '', binaries, account: undefined, inNamespace: true };
  const { file, args } = placedCommand(placement, 'postgres', ['--version']);
  const { exitCode } = await execa(file, args, { cwd: '/', reject: false, timeout: 10_000 });
  return exitCode === 0;
}

/** Hands data written under another account (the checkout moved, postgres was installed since) to this one. */
async function giveTo(cluster: string, account: Account | undefined): Promise<void> {
  const found = await stat(cluster).catch(() => undefined);
  if (found && account && found.uid !== account.uid) {
    await execa('chown', ['-R', `${account.uid}:${account.gid}`, cluster], { timeout: 120_000 });
  }
}
