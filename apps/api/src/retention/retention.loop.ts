import { setTimeout as wait } from 'node:timers/promises';
import { LOGGER, LoopWatch, Metrics, type Counter, type Logger } from '@berth/observability';
import { Database, type Place, type Sweep } from '@berth/persistence';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { API_ENV } from '../env.js';
import { sweepsOf, type RetentionSettings } from './sweeps.js';

const INTERVAL_MS = 600_000;
/** Of each kind at a time: some ten milliseconds, which nobody has to wait behind. */
const BATCH = 200;
/** After each batch of all kinds, as long as they took: whatever there is to remove, the database has time for others. */
const LONGEST_BREATH_MS = 2_000;

/**
 * Takes away what has reached its age, kind by kind, a batch of each in turn. Any number of processes may do so at once: a
 * row that one of them has locked is left out by the others.
 */
@Injectable()
export class RetentionLoop {
  private readonly loop: Loop;
  private readonly removed: Counter<'what'>;
  private readonly sweeps: readonly Sweep[];
  /** Where the next batch of a kind begins; null where this pass is through with it. */
  private readonly places = new Map<string, Place | null>();
  private readonly counts = new Map<string, number>();
  private readonly failures: Error[] = [];

  constructor(
    @Inject(API_ENV) env: RetentionSettings,
    @Inject(Database) private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) private readonly watch: LoopWatch,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.sweeps = sweepsOf(env);
    this.removed = metrics.counter('berth_retention_removed_total');
    this.loop = new Loop({
      name: 'retention',
      intervalMs: INTERVAL_MS,
      observer: watch,
      run: async (signal) => this.sweep(signal),
    });
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  /** What fails is left until the next pass, and keeps no other kind from its work; the pass has failed all the same. */
  private async sweep(signal: AbortSignal): Promise<'again' | 'rest'> {
    const began = performance.now();
    for (const sweep of this.sweeps) {
      if (this.places.get(sweep.what) !== null && !signal.aborted) {
        await this.batchOf(sweep).catch((error: unknown) => {
          this.places.set(sweep.what, null);
          this.failures.push(error instanceof Error ? error : new Error(String(error)));
        });
      }
    }
    if (this.sweeps.some(({ what }) => this.places.get(what) !== null)) {
      const breathMs = Math.min(LONGEST_BREATH_MS, performance.now() - began);
      await wait(breathMs, undefined, { signal }).catch(() => undefined);
      return 'again';
    }
    this.endPass();
    return 'rest';
  }

  private async batchOf(sweep: Sweep): Promise<void> {
    const { what } = sweep;
    const step = { after: this.places.get(what) ?? null, limit: BATCH };
    const { removed, next } = await sweep.batch(this.database, step, (item, error) => {
      this.watch.itemFailed('retention', item, error);
    });
    this.places.set(what, next);
    this.removed.inc({ what }, removed);
    this.counts.set(what, (this.counts.get(what) ?? 0) + removed);
  }

  private endPass(): void {
    const counts = [...this.counts].filter(([what, count]) => count > 0 && what !== 'change');
    if (counts.length > 0) {
      const told = counts.map(([what, count]) => `${what}: ${count}`).join(', ');
      this.logger.info({ removed: Object.fromEntries(counts) }, `what has reached its age is gone (${told})`);
    }
    const [failure] = this.failures.splice(0);
    this.places.clear();
    this.counts.clear();
    if (failure !== undefined) {
      throw failure;
    }
  }
}
