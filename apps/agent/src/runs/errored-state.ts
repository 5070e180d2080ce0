import { readFile, stat } from 'node:fs/promises';
import type { RunObservations } from '../terraform/run-record.js';

/**
 * Terraform's last resort for a state that it could not save: a file beside the configuration, or else its own output.
 * A file of this name that is older than the process came along with the configuration.
 */
export async function unsavedStateOf(
  path: string,
  startedAtMs: number,
  seen: Pick<RunObservations, 'emergencyState'>,
): Promise<Buffer | null> {
  const found = await stat(path).catch(() => null);
  if (found !== null && found.mtimeMs >= startedAtMs) {
    return readFile(path);
  }
  return seen.emergencyState === null ? null : Buffer.from(seen.emergencyState);
}
