/** One key press may arrive more than once: from the terminal, from npm and from whoever started us. */
const SAME_PRESS_MS = 500;

export interface Interrupts {
  /** Aborts at the first wish to stop. */
  first: AbortSignal;
  /** Aborts at the second one: everything is to end at once. */
  second: AbortSignal;
}

/** Listens for Ctrl-C, for SIGTERM, and for the end of the script that started us. */
export function listenForInterrupts(): Interrupts {
  const first = new AbortController();
  const second = new AbortController();
  let since: number | undefined;
  const wish = () => {
    const now = performance.now();
    if (since === undefined) {
      since = now;
      first.abort(new Interrupted());
    } else if (now - since > SAME_PRESS_MS) {
      second.abort(new Interrupted());
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, wish);
  }
  process.once('disconnect', wish);
  // It may have ended while we were loaded. Where nobody has started us with a channel, there is no such word.
  if ('connected' in process && !process.connected) {
    wish();
  }
  return { first: first.signal, second: second.signal };
}

/** The reason of an abort that a person wished for. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
  }
}

/** Resolves when the signal aborts. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
  }
}
