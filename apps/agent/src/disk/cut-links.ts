import type { Stats } from 'node:fs';
import { lstat, realpath, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';

/**
 * Removes what is neither a file nor a directory at these paths below a directory, or on the way to them; links stay where
 * they lead to something below it. What a run has left is read and written by its agent, who is in no sandbox: through a link
 * that would be what is not the run's, and at a pipe the agent would wait for ever.
 * @returns what was removed, below the directory
 */
export async function cutLinksOut(directory: string, paths: readonly string[]): Promise<string[]> {
  const root = await realpath(directory).catch(() => null);
  if (root === null) {
    return [];
  }
  const cut = new Set<string>();
  for (const path of paths) {
    const steps = path.split('/').filter((step) => step !== '' && step !== '.');
    for (let depth = 1; depth <= steps.length; depth += 1) {
      const place = steps.slice(0, depth).join('/');
      if (!(await isOwn(root, join(root, place)))) {
        await rm(join(root, place), { force: true });
        cut.add(place);
        break;
      }
    }
  }
  return [...cut];
}

/** Also what is not there. */
async function isOwn(root: string, path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  if (found?.isSymbolicLink() !== true) {
    return found === null || isPlain(found);
  }
  const target = await realpath(path).catch(() => null);
  const isBelow = target !== null && (target === root || target.startsWith(root + sep));
  return isBelow && isPlain(await lstat(target));
}

function isPlain(found: Stats): boolean {
  return found.isFile() || found.isDirectory();
}
