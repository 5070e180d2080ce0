import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const SHARED_STATE = '/var/tmp';

/** A short name for a path, for places that lie outside of it. */
export function pathHash(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 12);
}

/** Where things go that cannot lie in `path` itself: a folder of our own, named after it. */
export async function stateDirectoryFor(path: string, mode: number): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const directory = join(SHARED_STATE, `berth-${uid}-${pathHash(path)}`);
  await mkdir(directory, { recursive: true, mode });
  // Everybody may write to /var/tmp: somebody else could have put a folder or a link of that name there first.
  const found = await lstat(directory);
  if (!found.isDirectory() || found.uid !== uid) {
    throw new Error(`${directory} exists and is not ours; remove it or set BERTH_HOME to another folder`);
  }
  await chmod(directory, mode);
  return directory;
}
