import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { glob } from 'tinyglobby';
import { TaskFailure } from '../../failures/task-failure.js';
import type { BuildContext } from './build-context.js';

const MAX_FILES = 1_000;

/** Stores every file that a pattern names. A pattern that names none fails the build: it did not make what it is for. */
export async function collectArtifacts({ run, slot, api, log }: BuildContext): Promise<void> {
  const { artifacts, maxArtifactMb } = run.assignment;
  const paths = new Set<string>();
  for (const pattern of artifacts) {
    const found = await filesOf(slot.work, pattern);
    if (found.length === 0) {
      throw TaskFailure.permanent('ARTIFACT_MISSING', `No file in the work directory matches "${pattern}".`);
    }
    found.forEach((path) => paths.add(path));
  }
  if (paths.size > MAX_FILES) {
    throw TaskFailure.permanent(
      'TOO_MANY_ARTIFACTS',
      `The patterns name ${paths.size} files, ${MAX_FILES} may be stored: pack them into one.`,
    );
  }
  for (const path of [...paths].sort()) {
    run.signal.throwIfAborted();
    const file = join(slot.work, path);
    const { size } = await lstat(file);
    if (size > maxArtifactMb * 1024 * 1024) {
      throw TaskFailure.permanent(
        'ARTIFACT_TOO_LARGE',
        `${path} has ${(size / 1024 / 1024).toFixed(0)} MB, ${maxArtifactMb} MB may be stored (BERTH_MAX_RESULT_MB of the api).`,
      );
    }
    await api.storeArtifact(run, path, { file, sizeBytes: size, sha256: await sha256Of(file) });
    log.text.line(`${path} (${(size / 1_000).toFixed(1)} kB)`);
  }
}

/** Regular files only: a link could lead out of the work directory. */
async function filesOf(directory: string, pattern: string): Promise<string[]> {
  const paths = await glob(pattern, {
    cwd: directory,
    dot: true,
    onlyFiles: true,
    followSymbolicLinks: false,
    expandDirectories: false,
  });
  const root = await realpath(directory);
  const isFile = await Promise.all(paths.map(async (path) => isFileBelow(root, path)));
  return paths.filter((_, n) => isFile[n] === true);
}

/** A link on the way to it could lead out as well. */
async function isFileBelow(root: string, path: string): Promise<boolean> {
  const file = join(root, path);
  return (await lstat(file)).isFile() && (await realpath(file)) === file;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
