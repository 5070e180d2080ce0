import { setTimeout as wait } from 'node:timers/promises';

/** What a loop tells about each run, for its metric and its log. */
export interface LoopObserver {
  ran(loop: string, seconds: number): void;
  failed(loop: string, error: unknown, nextInMs: number): void;
}

export interface LoopOptions {
  /** The same in log and metric. */
  readonly name: string;
  /** Pause between two runs in milliseconds; each pause varies by a fifth, so that many processes do not march in step. */
  readonly intervalMs: number | (() => number);
  /** One run. Returning `again` starts the next one at once. */
  readonly run: (signal: AbortSignal) => Promise<'again' | 'rest'>;
  readonly observer: LoopObserver;
}

/** Whatever was away is back within minutes at most, and then everything should go on at once. */
const LONGEST_BACKOFF_MS = 5_000;

/**
 * One background loop: start is quick, stop waits for the run in progress, both may be called twice.
 * `wake` ends the pause; a wake during a run leads to one more run. What fails is not tried sooner for being woken: the
 * wake counts when the back-off is over.
 */
export class Loop {
  private readonly abort = new AbortController();
  private running: Promise<void> | undefined;
  private endPause: (() => void) | undefined;
  private woken = false;

  constructor(private readonly options: LoopOptions) {}

  start(): void {
    this.running ??= this.turn();
  }

  wake(): void {
    this.woken = true;
    this.endPause?.();
  }

  async stop(): Promise<void> {
    this.abort.abort();
    this.endPause?.();
    await this.running;
  }

  private async turn(): Promise<void> {
    let failures = 0;
    while (!this.abort.signal.aborted) {
      this.woken = false;
      const began = performance.now();
      const { intervalMs } = this.options;
      const pauseMs =
        (typeof intervalMs === 'number' ? intervalMs : intervalMs()) * (0.9 + Math.random() * 0.2);
      try {
        const outcome = await this.options.run(this.abort.signal);
        failures = 0;
        this.options.observer.ran(this.options.name, (performance.now() - began) / 1000);
        if (outcome === 'again') {
          continue;
        }
      } catch (error) {
        failures += 1;
        const backoffMs = Math.min(LONGEST_BACKOFF_MS, 250 * 2 ** failures);
        this.options.observer.failed(this.options.name, error, Math.round(Math.max(pauseMs, backoffMs)));
        await this.backOff(backoffMs);
        await this.pause(pauseMs - backoffMs);
        continue;
      }
      await this.pause(pauseMs);
    }
  }

  /** Only a stop ends it. */
  private async backOff(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.abort.signal }).catch(() => undefined);
  }

  private async pause(ms: number): Promise<void> {
    if (this.abort.signal.aborted || this.woken || ms <= 0) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.endPause = undefined;
  }
}
