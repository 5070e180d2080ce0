import { NoTurn } from './few-at-once.js';

/** What is asked for one by one and done together. */
export interface BatchesOptions<T, R> {
  /** How many at the most at a time. */
  readonly most: number;
  /** How long the first one waits for others, in milliseconds. */
  readonly gatherMs: number;
  /**
   * At the least from the beginning of one batch to the beginning of the next, in milliseconds: whoever comes alone does not
   * wait, and a crowd shares.
   */
  readonly paceMs?: number;
  /** Whoever has waited longer when a batch begins, in milliseconds, has gone by then. */
  readonly waitMs?: number;
  /** False where each of a batch that has failed would fail as well. */
  readonly triesAlone?: boolean;
  /** Gives a result for each item, in their order. */
  readonly work: (items: readonly T[]) => Promise<readonly R[]>;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly since: number;
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
  private begunAt = 0;

  constructor(private readonly options: BatchesOptions<T, R>) {}

  /** The item's own result. @throws NoTurn, and what its work throws */
  async add(item: T): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.waiting.push({ item, since: performance.now(), resolve, reject });
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
    const { gatherMs, paceMs = 0 } = this.options;
    this.timer ??= setTimeout(
      () => {
        void this.workOne();
      },
      Math.max(gatherMs, this.begunAt + paceMs - performance.now()),
    );
  }

  private async workOne(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.working = true;
    this.begunAt = performance.now();
    this.refuseThoseGone();
    const { most, triesAlone = true } = this.options;
    const batch = this.waiting.splice(0, most);
    try {
      await this.settle(batch);
    } catch (error) {
      if (batch.length === 1 || !triesAlone) {
        batch.forEach(({ reject }) => {
          reject(error);
        });
      } else {
        await Promise.all(batch.map(async (one) => this.settle([one]).catch(one.reject)));
      }
    }
    this.working = false;
    this.plan();
  }

  private refuseThoseGone(): void {
    const { waitMs = Number.POSITIVE_INFINITY } = this.options;
    const latest = performance.now() - waitMs;
    for (const { reject } of this.waiting.filter(({ since }) => since < latest)) {
      reject(new NoTurn(`no turn came within ${waitMs} ms`));
    }
    this.waiting = this.waiting.filter(({ since }) => since >= latest);
  }

  private async settle(batch: readonly Waiting<T, R>[]): Promise<void> {
    if (batch.length === 0) {
      return;
    }
    const results = await this.options.work(batch.map(({ item }) => item));
    batch.forEach(({ resolve }, index) => {
      resolve(results[index] as R);
    });
  }
}
