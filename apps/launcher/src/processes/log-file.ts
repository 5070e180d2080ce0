import { open, rename } from 'node:fs/promises';

const TAIL_BYTES = 32 * 1024;

/** Keeps the log of the run before as `<file>.1`, and begins anew. */
export async function rotateLog(file: string): Promise<void> {
  await rename(file, `${file}.1`).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
  });
}

/** The last lines of a log, however long it is; empty where there is none. */
export async function lastLines(file: string, count: number): Promise<string[]> {
  const log = await open(file, 'r').catch(() => undefined);
  if (log === undefined) {
    return [];
  }
  try {
    const { size } = await log.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer } = await log.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-count);
  } finally {
    await log.close();
  }
}
