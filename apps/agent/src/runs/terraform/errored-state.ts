import { createReadStream } from 'node:fs';
import { lstat, open, readFile, realpath, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { moveDurably, syncDirectory, writeDurably } from '../../disk/durable-file.js';
import type { FilePart, RunObservations } from '../../terraform/run-record.js';

/** A state that is nowhere but on this disk: in a file of terraform's, read from its output, or in the file of that. */
export type UnsavedState =
  { readonly path: string } | { readonly content: string } | { readonly part: FilePart };

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
    return typeof seen.emergencyState === 'string'
      ? { content: seen.emergencyState }
      : { part: seen.emergencyState };
  }
  for (const path of paths) {
    if (await isWrittenSince(path, startedAtMs)) {
      return { path: await realpath(path).catch(() => path) };
    }
  }
  return null;
}

/** Whole and on disk at this path when it returns. A file is moved there, which needs no room. */
export async function storeUnsavedState(state: UnsavedState, path: string): Promise<void> {
  if ('path' in state) {
    await moveDurably(state.path, path);
  } else if ('content' in state) {
    await writeDurably(path, state.content);
  } else {
    await copyDurably(state.part, path);
  }
}

/** Null where there is none any more. */
export async function readUnsavedState(state: UnsavedState): Promise<Buffer | null> {
  if ('content' in state) {
    return Buffer.from(state.content);
  }
  try {
    return await ('path' in state ? readFile(state.path) : buffer(streamOf(state.part)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

/** Without holding it: states of hundreds of megabytes are copied here. */
async function copyDurably(part: FilePart, path: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await writeFile(file, streamOf(part));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncDirectory(dirname(path));
}

function streamOf({ path, from, to }: FilePart) {
  return createReadStream(path, { start: from, end: to - 1 });
}

/** A link is none that terraform has written. What cannot be looked at may be the only copy of a state, so it is taken for one. */
async function isWrittenSince(path: string, startedAtMs: number): Promise<boolean> {
  try {
    const found = await lstat(path);
    return found.isFile() && found.mtimeMs >= startedAtMs - CLOCK_STEP_MS;
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
