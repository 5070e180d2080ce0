import { ApiProblem, Unreachable } from './failures.js';

/**
 * Bounds how long a call waits, as a whole or word by word. What it ends, and what fails on the way, is Unreachable; what
 * the caller ends is the caller's own reason.
 */
export class Watch {
  /** For the fetch: ends it when the time is over, or when the caller says so. */
  readonly signal: AbortSignal;
  private readonly over = new AbortController();

  constructor(
    private readonly call: string,
    private readonly limitMs: number,
    outer: AbortSignal | undefined,
  ) {
    this.signal = outer === undefined ? this.over.signal : AbortSignal.any([outer, this.over.signal]);
  }

  /** @throws ApiProblem as it is, Unreachable for all else that goes wrong, the caller's reason */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      this.over.abort(new Unreachable(this.call, `no answer for ${this.limitMs / 1_000} s`));
    }, this.limitMs);
    try {
      this.signal.throwIfAborted();
      return await work();
    } catch (error) {
      this.signal.throwIfAborted();
      throw error instanceof ApiProblem
        ? error
        : new Unreachable(this.call, 'the connection failed', { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}
