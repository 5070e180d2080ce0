import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A tree of a million files on a slow disk. */
const LOOK_MS = 60_000;

/**
 * What all below a directory takes of its file system, in bytes. By the system's own program: a tree may be deeper than a
 * path can name. What goes away meanwhile is left out. Null where it cannot be told.
 */
export async function diskUsage(directory: string): Promise<number | null> {
  const said = await promisify(execFile)('du', ['-skx', directory], { timeout: LOOK_MS }).catch(
    // It says what it has counted, also where some of it was gone.
    (error: unknown) => error as { readonly stdout?: string },
  );
  const [, kilobytes] = /^(\d+)\s/.exec(said.stdout ?? '') ?? [];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
