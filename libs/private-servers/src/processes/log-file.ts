import { open } from 'node:fs/promises';

const TAIL_BYTES = 32 * 1024;

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
