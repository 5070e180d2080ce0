import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { treeDigest } from '../disk/tree-digest.js';

/** Below a root module's directory: modules from a registry or another repository, as init has fetched them. */
export const MODULES = '.terraform/modules';

/** Whether init has fetched any; those that lie in the configuration itself are only listed there. */
export async function hasFetchedModules(directory: string): Promise<boolean> {
  const entries = await readdir(join(directory, MODULES), { withFileTypes: true }).catch(() => []);
  return entries.some((entry) => !entry.isFile());
}

/**
 * SHA-256 of what init has fetched, null where it has fetched nothing. Neither its list, which init writes anew, nor what
 * git keeps beside a module.
 */
export async function modulesDigest(directory: string): Promise<string | null> {
  return (await hasFetchedModules(directory))
    ? treeDigest(join(directory, MODULES), (path) => path === 'modules.json' || basename(path) === '.git')
    : null;
}
