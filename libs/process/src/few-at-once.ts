/** Lets so many works run at a time; the others wait for their turn, in the order in which they came. */
export class FewAtOnce {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly most: number) {}

  /** Gives what the work gives. @throws what it throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.most) {
      // Whoever ends hands the place on, so that nobody who comes later takes it.
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) {
        this.running -= 1;
      } else {
        next();
      }
    }
  }
}
