import { createHash } from 'node:crypto';
import { cp, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { create } from 'tar';
import { unpackSnapshot } from '../disk/unpack-configuration.js';

/** What a file was when it was looked at; a file that is written again is another one. */
export type TreeListing = ReadonlyMap<string, string>;

export interface WorkSnapshot {
  /** A tar.gz of what planning has made. */
  readonly content: Buffer;
  readonly sha256: string;
  readonly files: number;
}

/** More than another slot would take. */
export interface TooMuch {
  readonly files: number;
  readonly bytes: number;
}

const LIMITS = { maxEntries: 50_000, maxUnpackedBytes: 500_000_000 };

/** Lists what is below a directory, but for `.terraform`, which init makes again. */
export async function listTree(root: string): Promise<TreeListing> {
  const listing = new Map<string, string>();
  const walk = async (path: string): Promise<void> => {
    for (const entry of await readdir(join(root, path), { withFileTypes: true })) {
      const entryPath = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.name === '.terraform') {
        continue;
      }
      if (entry.isDirectory()) {
        await walk(entryPath);
      } else {
        const { ino, size, mtimeMs, mode } = await lstat(join(root, entryPath));
        listing.set(entryPath, `${ino}/${size}/${mtimeMs}/${mode}`);
      }
    }
  };
  await walk('');
  return listing;
}

/**
 * What has been made or changed since `before` (an archive, a rendered template), and all below the directories of `also`
 * but what git keeps there. Null where there is nothing of it.
 */
export async function snapshotSince(
  root: string,
  before: TreeListing,
  also: readonly string[] = [],
  limits = LIMITS,
): Promise<WorkSnapshot | TooMuch | null> {
  const now = await listTree(root);
  const made = [...now].filter(([path, was]) => before.get(path) !== was).map(([path]) => path);
  for (const directory of also) {
    made.push(...(await filesBelow(root, directory)));
  }
  if (made.length === 0) {
    return null;
  }
  // It is made in memory, and modules may be of any size.
  const bytes = await sizeOf(root, made);
  if (made.length > limits.maxEntries || bytes > limits.maxUnpackedBytes) {
    return { files: made.length, bytes };
  }
  const content = await buffer(create({ gzip: true, cwd: root, portable: true }, made.sort()));
  return { content, sha256: createHash('sha256').update(content).digest('hex'), files: made.length };
}

async function sizeOf(root: string, paths: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const path of paths) {
    bytes += (await lstat(join(root, path))).size;
  }
  return bytes;
}

async function filesBelow(root: string, directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(root, directory), { withFileTypes: true })) {
    const path = `${directory}/${entry.name}`;
    if (!entry.isDirectory()) {
      found.push(path);
    } else if (entry.name !== '.git') {
      found.push(...(await filesBelow(root, path)));
    }
  }
  return found;
}

/** Puts a snapshot's files where planning had made them. @throws TaskFailure where the archive is not to be trusted */
export async function restoreSnapshot(
  snapshot: Buffer,
  places: { readonly root: string; readonly scratch: string },
  signal: AbortSignal,
): Promise<void> {
  await unpackSnapshot(Readable.from([snapshot]), places.scratch, LIMITS, signal);
  await cp(places.scratch, places.root, { recursive: true, force: true, verbatimSymlinks: true });
  await rm(places.scratch, { recursive: true, force: true });
}
