import { realpath, stat } from 'node:fs/promises';
import type { RunObservations } from '../../terraform/run-record.js';

/** A state that is nowhere but on this disk: in a file of terraform's, or read from its output. */
export type UnsavedState = { readonly path: string } | { readonly content: string };

/** The kernel stamps files by a clock that goes in steps of some milliseconds, behind ours. */
const CLOCK_STEP_MS = 20;

/**
 * Terraform's last resort for a state that it could not save: a file beside the configuration, or else its own output.
 * A file of this name that is older than the process came along with the configuration.
 */
export async function unsavedStateOf(
  paths: readonly string[],
  startedAtMs: number,
  seen: Pick<RunObservations, 'emergencyState'>,
): Promise<UnsavedState | null> {
  // Said only after the file could not be written whole.
  if (seen.emergencyState !== null) {
    return { content: seen.emergencyState };
  }
  for (const path of paths) {
    if (await isWrittenSince(path, startedAtMs)) {
      return { path: await realpath(path).catch(() => path) };
    }
  }
  return null;
}

/** What cannot be looked at may be the only copy of a state, so it is taken for one. */
async function isWrittenSince(path: string, startedAtMs: number): Promise<boolean> {
  try {
    const found = await stat(path);
    return found.isFile() && found.mtimeMs >= startedAtMs - CLOCK_STEP_MS;
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
