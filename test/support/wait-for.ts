import { setTimeout as pause } from 'node:timers/promises';

/** Waits until `fact` gives something; fails with what it gave last, after `deadlineMs`. */
export async function waitFor<T>(
  what: string,
  fact: () => Promise<T | null | undefined | false>,
  deadlineMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const found = await fact();
    if (found !== null && found !== undefined && found !== false) {
      return found;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited ${deadlineMs} ms for ${what}`);
    }
    await pause(25);
  }
}
