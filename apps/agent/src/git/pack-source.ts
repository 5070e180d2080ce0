import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from 'tar';
import { TaskFailure } from '../failures/task-failure.js';

export interface PackOptions {
  readonly directory: string;
  /** Of the archive. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface PackedSource {
  /** A tar.gz, as a person could have uploaded it. */
  readonly content: Buffer;
  readonly files: number;
}

/** One for every file, so that the same commit makes the same archive; zip knows no time before 1980. */
const MTIME = new Date('2000-01-01T00:00:00Z');
/** What an agent unpacks later. */
const MAX_FILES = 50_000;
const MAX_UNPACKED_BYTES = 500_000_000;

/** @throws TaskFailure, or the signal's reason */
export async function packSource({ directory, maxBytes, signal }: PackOptions): Promise<PackedSource> {
  const files = await filesIn(directory);
  // Behind "./" no name is an option: tar would read "@name" as an archive.
  const archive = create(
    { gzip: true, cwd: directory, portable: true, mtime: MTIME, noDirRecurse: true },
    files.map((file) => `./${file}`),
  );
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of archive as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    size += chunk.length;
    if (size > maxBytes) {
      throw tooLarge(`packed it is larger than ${maxBytes} bytes (BERTH_MAX_CONFIGURATION_MB of the api)`);
    }
    chunks.push(chunk);
  }
  return { content: Buffer.concat(chunks), files: files.length };
}

/** In one order everywhere, without git's own; looked at before anything is packed, which takes memory. */
async function filesIn(directory: string): Promise<string[]> {
  const files: string[] = [];
  let bytes = 0;
  const walk = async (path: string): Promise<void> => {
    for (const entry of await readdir(join(directory, path), { withFileTypes: true })) {
      const entryPath = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.name === '.git') {
        continue;
      }
      if (entry.isDirectory()) {
        await walk(entryPath);
        continue;
      }
      files.push(entryPath);
      bytes += (await lstat(join(directory, entryPath))).size;
      if (files.length > MAX_FILES || bytes > MAX_UNPACKED_BYTES) {
        throw tooLarge(`there are more than ${MAX_FILES} files or ${MAX_UNPACKED_BYTES} bytes`);
      }
    }
  };
  await walk('');
  if (files.length === 0) {
    throw TaskFailure.permanent(
      'ARCHIVE_EMPTY',
      'There is no file in that directory; a submodule is not fetched. Correct the path of the git source.',
    );
  }
  return files.sort();
}

function tooLarge(reason: string): TaskFailure {
  return TaskFailure.permanent(
    'ARCHIVE_TOO_LARGE',
    `The configuration is too large: ${reason}. Name a smaller directory as the path of the git source.`,
  );
}
