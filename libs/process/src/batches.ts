/** What is asked for one by one and done together. */
export interface BatchesOptions<T, R> {
  /** How many at the most at a time. */
  readonly most: number;
  /** How long the first one waits for others, in milliseconds. */
  readonly gatherMs: number;
  /** Gives a result for each item, in their order. */
  readonly work: (items: readonly T[]) => Promise<readonly R[]>;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers items for a moment, and while a batch is being worked those for the next one. Where a batch fails, each of its items is
 * worked alone: one that nothing can be done with keeps no other one from its result.
 */
export class Batches<T, R> {
  private waiting: Waiting<T, R>[] = [];
  private working = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: BatchesOptions<T, R>) {}

  /** The item's own result. @throws what its work throws */
  async add(item: T): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.plan();
    });
  }

  private plan(): void {
    if (this.working || this.waiting.length === 0) {
      return;
    }
    if (this.waiting.length >= this.options.most) {
      void this.workOne();
      return;
    }
    this.timer ??= setTimeout(() => {
      void this.workOne();
    }, this.options.gatherMs);
  }

  private async workOne(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.working = true;
    const batch = this.waiting.splice(0, this.options.most);
    try {
      await this.settle(batch);
    } catch (error) {
      if (batch.length === 1) {
        batch[0]?.reject(error);
      } else {
        await Promise.all(batch.map(async (one) => this.settle([one]).catch(one.reject)));
      }
    }
    this.working = false;
    this.plan();
  }

  private async settle(batch: readonly Waiting<T, R>[]): Promise<void> {
    const results = await this.options.work(batch.map(({ item }) => item));
    batch.forEach(({ resolve }, index) => {
      resolve(results[index] as R);
    });
  }
}
