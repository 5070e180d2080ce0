export interface FewAtOnceOptions {
  /** So many works run at a time. */
  readonly most: number;
  /** So many may wait for their turn. */
  readonly waiting: number;
  /** And each of them so long, in milliseconds: whoever asked has gone by then. */
  readonly waitMs: number;
}

/** Too many are waiting, or the turn has not come in time. Nothing was done. */
export class NoTurn extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NoTurn';
  }
}

/** Lets few works run at a time; the others wait for their turn, in the order in which they came. */
export class FewAtOnce {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly options: FewAtOnceOptions) {}

  /** Gives what the work gives. @throws NoTurn, and what the work throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.turn();
    try {
      return await work();
    } finally {
      // Whoever ends hands the place on, so that nobody who comes later takes it.
      const next = this.waiting.shift();
      if (next === undefined) {
        this.running -= 1;
      } else {
        next();
      }
    }
  }

  private async turn(): Promise<void> {
    const { most, waiting, waitMs } = this.options;
    if (this.running < most) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= waiting) {
      throw new NoTurn(`${waiting} are waiting already`);
    }
    await new Promise<void>((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(begin), 1);
        reject(new NoTurn(`no turn came within ${waitMs} ms`));
      }, waitMs);
      this.waiting.push(begin);
    });
  }
}
