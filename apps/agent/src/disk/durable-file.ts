import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whole and on disk when this returns: written beside and renamed, so that a crash leaves the old one or the new one. */
export async function writeDurably(path: string, content: string | Buffer): Promise<void> {
  await replaceFile(path, content);
  await syncDirectory(dirname(path));
}

/** The same, whatever becomes of this process; a loss of power may leave the old one until the directory is on disk. */
export async function replaceFile(path: string, content: string | Buffer): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

/** `writeDurably` of a file that is there already: it needs no space where both are on one file system. */
export async function moveDurably(from: string, to: string): Promise<void> {
  try {
    await sync(from);
    await rename(from, to);
    await syncDirectory(dirname(to));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') {
      throw error;
    }
    await writeDurably(to, await readFile(from));
    await rm(from, { force: true });
  }
}

/** A rename is safe only once the directory that it happened in is on disk. */
export async function syncDirectory(path: string): Promise<void> {
  await sync(path);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
