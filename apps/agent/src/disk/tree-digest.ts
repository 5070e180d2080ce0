import { createHash, type Hash } from 'node:crypto';
import { createReadStream, lstatSync, readdirSync, readFileSync, readlinkSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

/** Bigger ones are read piece by piece. */
const SMALL_BYTES = 256 * 1024;
/** The agent has other work: after so long in one go, that gets its turn. */
const TURN_MS = 4;

/**
 * SHA-256 of everything below a directory, null where it is not there: names, links, executable bits and contents.
 * Terraform reads files again when it applies, so what they hold belongs to the plan. Provider packages are left out:
 * terraform compares them with the lock file itself. `leaveOut` gets paths below the directory.
 */
export async function treeDigest(
  directory: string,
  leaveOut: (path: string) => boolean = () => false,
): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await addDirectory({ hash, root: directory, leaveOut, turnBegan: performance.now() }, '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return null;
    }
    throw error;
  }
  return hash.digest('hex');
}

interface Digest {
  readonly hash: Hash;
  readonly root: string;
  readonly leaveOut: (path: string) => boolean;
  turnBegan: number;
}

/**
 * Small files are read in place: on its way through the thread pool each would take several times as long, and a
 * confirmed apply waits for this.
 */
async function addDirectory(digest: Digest, path: string): Promise<void> {
  const entries = readdirSync(join(digest.root, path), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const entryPath = path === '' ? entry.name : `${path}/${entry.name}`;
    if (isProviderPackages(entryPath) || digest.leaveOut(entryPath)) {
      continue;
    }
    if (performance.now() - digest.turnBegan > TURN_MS) {
      await setImmediate();
      digest.turnBegan = performance.now();
    }
    await addEntry(digest, entryPath, entry);
  }
}

async function addEntry(digest: Digest, path: string, entry: Dirent): Promise<void> {
  const { hash } = digest;
  const full = join(digest.root, path);
  if (entry.isDirectory()) {
    hash.update(`directory\0${path}\0`);
    await addDirectory(digest, path);
  } else if (entry.isSymbolicLink()) {
    hash.update(`link\0${path}\0${readlinkSync(full)}\0`);
  } else if (entry.isFile()) {
    const { size, mode } = lstatSync(full);
    const executable = (mode & 0o100) !== 0;
    hash.update(`file\0${path}\0${executable ? 'x' : '-'}\0${size}\0`);
    if (size <= SMALL_BYTES) {
      hash.update(readFileSync(full));
      return;
    }
    for await (const chunk of createReadStream(full)) {
      hash.update(chunk as Buffer);
    }
  } else {
    hash.update(`special\0${path}\0`);
  }
}

function isProviderPackages(path: string): boolean {
  return path === '.terraform/providers' || path.endsWith('/.terraform/providers');
}
