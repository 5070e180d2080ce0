import { setTimeout as pause } from 'node:timers/promises';

/** How long is waited after the first failure, and at most; each pause is twice the one before. */
export interface Pauses {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** As often is tried what a fault of ours, or of the message, keeps from being worked. */
const MOST_TRIES = 8;

/** The message was tried often enough, and it was not the database or the broker that failed. */
export class TriedTooOften extends Error {
  constructor(tries: number, cause: unknown) {
    super(`tried ${tries} times, at last: ${reasonOf(cause)}`, { cause });
    this.name = 'TriedTooOften';
  }
}

/** Nobody waits for the work any more: the delivery is over, or its time is. The cause is what it failed with last. */
export class TriesEnded extends Error {
  constructor(cause: unknown) {
    super(reasonOf(cause), { cause });
    this.name = 'TriesEnded';
  }
}

export interface Tries {
  readonly pauses: Pauses;
  /** No further try begins so long after the first, in milliseconds. */
  readonly lifeMs: number;
  /** No further try begins once it is aborted. */
  readonly ended: AbortSignal;
  /** What will work never, however often it is tried, as it is. */
  readonly isPermanent: (error: unknown) => boolean;
  readonly failed: (reason: string, pauseMs: number) => void;
}

/**
 * Works until it works, with growing pauses. What is away for now, by its type, is waited for as long as it takes; what nobody
 * knows ends after some tries. @throws TriedTooOften, TriesEnded, and what is permanent
 */
export async function tryUntilDone<T>(
  work: () => Promise<T>,
  { pauses, lifeMs, ended, isPermanent, failed }: Tries,
): Promise<T> {
  const until = performance.now() + lifeMs;
  let counted = 0;
  for (let failures = 0; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      counted += isTransient(error) ? 0 : 1;
      if (isPermanent(error)) {
        throw error;
      }
      if (counted === MOST_TRIES) {
        throw new TriedTooOften(counted, error);
      }
      const pauseMs = Math.min(pauses.lastMs, pauses.firstMs * 2 ** Math.min(failures, 20));
      failed(reasonOf(error), pauseMs);
      const leftMs = until - performance.now();
      await pause(Math.min(pauseMs, leftMs), undefined, { signal: ended }).catch(() => undefined);
      if (ended.aborted || leftMs <= pauseMs) {
        throw new TriesEnded(error);
      }
    }
  }
}

/** Said by its type; or the machine itself refuses for now, as with a full disk. */
function isTransient(error: unknown): boolean {
  return (
    error instanceof Error &&
    (('failureClass' in error && error.failureClass === 'transient') || 'syscall' in error)
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
