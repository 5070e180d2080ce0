import { constants } from 'node:fs';
import { chmod, lstat, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of a package, and by what a change of it shows without reading it. */
export interface TreeFile {
  /** Below the package, with "/". */
  readonly path: string;
  readonly size: number;
  readonly modifiedNs: string;
  readonly inode: string;
}

export interface PackageTree {
  readonly files: readonly TreeFile[];
  readonly directories: readonly string[];
}

/** Some releases are zipped on Windows and lose the bit; what runs must run for every slot. */
const PROGRAM = /(^|\/)terraform-provider-[^/]*$/;

/** Null where the tree has anything but files and directories, or a name that the hash cannot tell apart. */
export async function readTree(root: string): Promise<PackageTree | null> {
  const files: TreeFile[] = [];
  const directories: string[] = [];
  const waiting = [''];
  for (let below = waiting.pop(); below !== undefined; below = waiting.pop()) {
    directories.push(below);
    for (const name of await readdir(join(root, below))) {
      const path = below === '' ? name : `${below}/${name}`;
      const found = await lstat(join(root, path), { bigint: true });
      if (/[\n\uFFFD]/.test(name) || !(found.isFile() || found.isDirectory())) {
        return null;
      }
      if (found.isDirectory()) {
        waiting.push(path);
      } else {
        const { size, mtimeNs, ino } = found;
        files.push({ path, size: Number(size), modifiedNs: String(mtimeNs), inode: String(ino) });
      }
    }
  }
  files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  return { files, directories };
}

/** Nobody may write it, not even who has brought it, and it is on disk for good. */
export async function sealTree(root: string, { files, directories }: PackageTree): Promise<void> {
  for (const { path } of files) {
    const { mode } = await lstat(join(root, path));
    const runs = PROGRAM.test(path) || (mode & 0o111) !== 0;
    await sync(join(root, path), runs ? 0o555 : 0o444);
  }
  // From the deepest up.
  for (const path of directories.toReversed()) {
    await sync(join(root, path), 0o555);
  }
}

/** Removes what was sealed: without root's rights, a directory that may not be written keeps its files. */
export async function removeTree(root: string): Promise<void> {
  await unlock(root).catch(() => undefined);
  await rm(root, { recursive: true, force: true });
}

async function sync(path: string, mode: number): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    // Init has run as another user, where runs have users of their own.
    if (process.getuid?.() === 0) {
      await handle.chown(0, 0);
    }
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function unlock(directory: string): Promise<void> {
  await chmod(directory, 0o700);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      await unlock(join(directory, entry.name));
    }
  }
}
