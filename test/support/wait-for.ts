import { setTimeout as pause } from 'node:timers/promises';

/** What a wait leaves of the time that its test or hook may take, to say what it has waited for. */
const LEFT_MS = 2_000;
const SHORTEST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 200;

/** When what runs now has to have ended; told by `jest-environment.mjs`, and by nobody outside of Jest. */
declare global {
  var berthTestDeadline: number | undefined;
}

/**
 * Waits until `fact` gives something; fails with what it waited for, after `deadlineMs` and before Jest ends the test.
 * The longer it has waited, the less often it looks, since each look is work for the services that it waits for.
 */
export async function waitFor<T>(
  what: string,
  fact: () => Promise<T | null | undefined | false>,
  deadlineMs = 30_000,
): Promise<T> {
  const began = Date.now();
  const deadline = Math.min(began + deadlineMs, (globalThis.berthTestDeadline ?? Infinity) - LEFT_MS);
  for (;;) {
    const found = await fact();
    if (found !== null && found !== undefined && found !== false) {
      return found;
    }
    const waited = Date.now() - began;
    if (Date.now() > deadline) {
      throw new Error(`waited ${waited} ms for ${what}`);
    }
    await pause(Math.min(Math.max(waited / 20, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS));
  }
}
