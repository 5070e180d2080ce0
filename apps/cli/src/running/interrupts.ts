import { Interrupted } from '../output/terminal.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * What Ctrl-C means at the moment. One press ends the step that is under way, and whoever began that decides what follows;
 * a press that finds no step ends the next one as it begins.
 */
export class Interrupts {
  private step: AbortController | undefined;
  private pressed = false;
  private readonly onSignal = (): void => {
    this.pressed = true;
    this.step?.abort(new Interrupted());
  };

  constructor() {
    for (const signal of SIGNALS) {
      process.on(signal, this.onSignal);
    }
  }

  /** A step that ends by Ctrl-C. @throws Interrupted */
  async during<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const step = new AbortController();
    this.step = step;
    try {
      if (this.pressed) {
        throw new Interrupted();
      }
      return await work(step.signal);
    } finally {
      this.step = undefined;
      this.pressed = false;
    }
  }

  /** Ctrl-C ends the process again. */
  stop(): void {
    for (const signal of SIGNALS) {
      process.off(signal, this.onSignal);
    }
  }
}
