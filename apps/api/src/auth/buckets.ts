interface Bucket {
  tokens: number;
  /** Milliseconds. */
  at: number;
}

/** Beyond it, those that are full again are forgotten, and then the oldest. */
const LIMIT = 20_000;

/** Token buckets by name: each may take `capacity` at once and `perSecond` in the long run. In this process only. */
export class Buckets {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    readonly capacity: number,
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Takes one; gives how many are left, 0 where there was none to take. */
  take(name: string): { readonly taken: boolean; readonly left: number } {
    const bucket = this.filled(name);
    const taken = bucket.tokens >= 1;
    if (taken) {
      bucket.tokens -= 1;
    }
    this.keep(name, bucket);
    return { taken, left: Math.floor(bucket.tokens) };
  }

  /** Seconds until one can be taken; 0 for now. */
  waits(name: string): number {
    const { tokens } = this.filled(name);
    return tokens >= 1 ? 0 : (1 - tokens) / this.perSecond;
  }

  private filled(name: string): Bucket {
    const at = this.now();
    const before = this.buckets.get(name);
    return before === undefined
      ? { tokens: this.capacity, at }
      : {
          tokens: Math.min(this.capacity, before.tokens + ((at - before.at) / 1_000) * this.perSecond),
          at,
        };
  }

  private keep(name: string, bucket: Bucket): void {
    this.buckets.delete(name);
    this.buckets.set(name, bucket);
    if (this.buckets.size <= LIMIT) {
      return;
    }
    for (const [other] of this.buckets) {
      if (this.buckets.size <= LIMIT / 2) {
        return;
      }
      if (other !== name) {
        this.buckets.delete(other);
      }
    }
  }
}
