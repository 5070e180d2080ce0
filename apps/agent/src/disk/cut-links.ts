import { lstat, realpath, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';

/**
 * Removes links at these paths below a directory, or on the way to them, that lead out of it or nowhere. What a run has left
 * is read and written by its agent, who is in no sandbox: through such a link that would be what is not the run's.
 * @returns what was removed, below the directory
 */
export async function cutLinksOut(directory: string, paths: readonly string[]): Promise<string[]> {
  const root = await realpath(directory).catch(() => null);
  const cut: string[] = [];
  for (const path of root === null ? [] : paths) {
    const steps = path.split('/').filter((step) => step !== '' && step !== '.');
    for (let depth = 1; depth <= steps.length; depth += 1) {
      const place = steps.slice(0, depth).join('/');
      if (await leadsOut(String(root), place)) {
        await rm(join(String(root), place), { force: true });
        cut.push(place);
        break;
      }
    }
  }
  return [...new Set(cut)];
}

async function leadsOut(root: string, place: string): Promise<boolean> {
  const path = join(root, place);
  const found = await lstat(path).catch(() => null);
  if (found?.isSymbolicLink() !== true) {
    return false;
  }
  const target = await realpath(path).catch(() => null);
  return target === null || (target !== root && !target.startsWith(root + sep));
}
