/**
 * Lets callers that want the same thing at the same time share one piece of work. A caller that gives up leaves
 * the others alone; when the last one has given up, the work is aborted.
 */
export class SharedWork<T> {
  private readonly running = new Map<string, { work: Promise<T>; abort: AbortController; waiting: number }>();

  async run(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const shared = this.running.get(key) ?? this.begin(key, start);
    shared.waiting += 1;
    try {
      return await Promise.race([shared.work, rejectOnAbort(signal, shared.work)]);
    } finally {
      shared.waiting -= 1;
      if (shared.waiting === 0 && signal.aborted) {
        // Later callers begin anew instead of joining what is being taken down.
        this.forget(key, shared);
        shared.abort.abort(signal.reason);
      }
    }
  }

  private begin(
    key: string,
    start: (signal: AbortSignal) => Promise<T>,
  ): { work: Promise<T>; abort: AbortController; waiting: number } {
    const abort = new AbortController();
    const shared = { work: start(abort.signal), abort, waiting: 0 };
    this.running.set(key, shared);
    shared.work.then(
      () => {
        this.forget(key, shared);
      },
      () => {
        this.forget(key, shared);
      },
    );
    return shared;
  }

  private forget(key: string, shared: unknown): void {
    if (this.running.get(key) === shared) {
      this.running.delete(key);
    }
  }
}

/** Removes its listener when the work settles first. */
function rejectOnAbort(signal: AbortSignal, work: Promise<unknown>): Promise<never> {
  return new Promise((_resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const done = (): void => {
      signal.removeEventListener('abort', onAbort);
    };
    work.then(done, done);
  });
}
