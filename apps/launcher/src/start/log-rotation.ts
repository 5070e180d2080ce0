import { rename } from 'node:fs/promises';

/** Keeps the log of the run before as `<file>.1`, and begins anew. */
export async function rotateLog(file: string): Promise<void> {
  await rename(file, `${file}.1`).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
  });
}
