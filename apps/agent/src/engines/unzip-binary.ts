import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { diskFailure } from '../failures/disk-failure.js';
import { TaskFailure } from '../failures/task-failure.js';

/** Takes one file out of a zip, executable and safely on disk; everything else in the zip is left alone. */
export async function unzipBinary(
  zipPath: string,
  name: string,
  target: string,
  maxBytes: number,
): Promise<void> {
  let zip: ZipFile;
  try {
    zip = await openPromise(zipPath, { lazyEntries: true, autoClose: false });
  } catch (cause) {
    throw unusable(zipPath, 'it is no zip file', cause);
  }
  try {
    const entry = await find(zip, name);
    if (entry === null) {
      throw unusable(zipPath, `there is no ${name} in it`);
    }
    if (entry.uncompressedSize > maxBytes) {
      throw unusable(
        zipPath,
        `${name} in it has ${entry.uncompressedSize} bytes; at most ${maxBytes} are taken`,
      );
    }
    await write(await zip.openReadStreamPromise(entry), target);
  } catch (error) {
    throw classified(error, zipPath, target);
  } finally {
    zip.close();
  }
}

async function find(zip: ZipFile, name: string): Promise<Entry | null> {
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName === name) {
      return entry;
    }
  }
  return null;
}

/** yauzl ends the stream with an error when there are more or fewer bytes than the entry says. */
async function write(source: Readable, target: string): Promise<void> {
  const file = await open(target, 'wx', 0o755);
  try {
    for await (const chunk of source) {
      await file.writeFile(chunk as Buffer);
    }
    // The mode given to open is cut by the umask.
    await file.chmod(0o755);
    await file.sync();
  } finally {
    await file.close();
  }
}

function classified(error: unknown, zipPath: string, target: string): unknown {
  const { syscall } = error as NodeJS.ErrnoException;
  return error instanceof TaskFailure || syscall !== undefined
    ? diskFailure(error, target)
    : unusable(zipPath, 'it is damaged', error);
}

function unusable(zipPath: string, reason: string, cause?: unknown): TaskFailure {
  return TaskFailure.permanent('ENGINE_ARCHIVE_INVALID', `${zipPath} cannot be used: ${reason}`, { cause });
}
