import { setTimeout as wait } from 'node:timers/promises';
import { FAULTS, type Fault } from './faults.js';
import { Random } from './random.js';
import type { World } from './world.js';

/** A fault that has been, with its times in milliseconds since the epoch. */
export interface PastFault {
  readonly name: string;
  readonly begunAt: number;
  readonly endedAt: number;
}

/** So many things may be broken at the same time. */
const AT_ONCE = 3;

/** Breaks one thing after the other, and up to three at once, in an order that its seed decides. */
export class Storm {
  readonly past: PastFault[] = [];
  private readonly raging = new Set<Promise<void>>();
  private readonly end = new AbortController();
  private failure: Error | undefined;

  constructor(
    private readonly world: World,
    private readonly seed: number,
  ) {}

  /** How many things are broken now. */
  get atOnce(): number {
    return this.raging.size;
  }

  /** @throws Error where something could not be broken or mended: then the run says nothing */
  async rage(untilMs: number): Promise<void> {
    const random = new Random(this.seed, 'faults');
    for (let n = 1; Date.now() < untilMs && !this.end.signal.aborted; n += 1) {
      const work = this.suffer(random.weighted(FAULTS), new Random(this.seed, 'fault', n)).finally(() =>
        this.raging.delete(work),
      );
      this.raging.add(work);
      await this.pause(random.between(500, 6_000));
      while (this.raging.size >= AT_ONCE) {
        await Promise.race(this.raging);
      }
    }
    this.end.abort();
    await Promise.all(this.raging);
    if (this.failure !== undefined) {
      throw this.failure;
    }
  }

  stop(): void {
    this.end.abort();
  }

  private async suffer(fault: Fault, random: Random): Promise<void> {
    const begunAt = Date.now();
    try {
      if (await fault.act(this.world, random, async (ms) => this.pause(ms))) {
        this.past.push({ name: fault.name, begunAt, endedAt: Date.now() });
      }
    } catch (error) {
      this.failure ??= new Error(`the fault "${fault.name}" could not be made: ${String(error)}`, {
        cause: error,
      });
      this.end.abort();
    }
  }

  private async pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.end.signal }).catch(() => undefined);
  }
}
