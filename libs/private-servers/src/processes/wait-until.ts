import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  deadlineMs: number;
  everyMs?: number;
  signal?: AbortSignal | undefined;
}

/** Asks again and again until the answer is yes (true) or the deadline has passed (false); an abort throws. */
export async function waitUntil(
  answer: () => boolean | Promise<boolean>,
  { deadlineMs, everyMs = 50, signal }: WaitOptions,
): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    signal?.throwIfAborted();
    if (await answer()) {
      return true;
    }
    const left = end - performance.now();
    if (left <= 0) {
      return false;
    }
    // An abort during the pause is thrown by the check at the loop's head, with the caller's own reason.
    await delay(Math.min(everyMs, left), undefined, signal ? { signal } : {}).catch(() => undefined);
  }
}

/** True when the promise settled in time. The timer does not outlive the answer. */
export async function settledWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(ms, false, { signal: timer.signal }).catch(() => false);
  const settled = promise.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    timer.abort();
  }
}
