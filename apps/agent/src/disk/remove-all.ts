import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Of a program that finds its way by folders instead of by paths, which end at 4096 bytes. */
const BY_FOLDERS = 'chmod -R u+rwX "$0" 2>/dev/null; rm -rf "$0"';
/** A tree of a million files. */
const REMOVE_MS = 600_000;
const BEYOND_US = ['ENAMETOOLONG', 'EACCES', 'EPERM', 'ENOTEMPTY'];

/**
 * Removes a tree that a run has left, in which nothing is at work any more: also folders that it has closed to itself, and
 * deeper ones than a path can name. Links are removed, and not what they lead to.
 */
export async function removeAll(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!BEYOND_US.includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw error;
    }
    await promisify(execFile)('/bin/sh', ['-c', BY_FOLDERS, path], { timeout: REMOVE_MS });
  }
}
