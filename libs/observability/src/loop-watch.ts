import type { Logger } from './logger.js';
import type { Counter, Histogram, Metrics } from './metrics.js';

/** Counts and logs the runs of background loops. */
export class LoopWatch {
  private readonly runs: Counter<'loop' | 'outcome'>;
  private readonly seconds: Histogram<'loop'>;
  private readonly items: Counter<'loop'>;

  constructor(
    metrics: Metrics,
    private readonly logger: Logger,
  ) {
    this.runs = metrics.counter('berth_loop_runs_total');
    this.seconds = metrics.histogram('berth_loop_seconds');
    this.items = metrics.counter('berth_loop_items_failed_total');
  }

  ran(loop: string, seconds: number): void {
    this.count(loop, 'ok');
    this.seconds.observe({ loop }, seconds);
  }

  failed(loop: string, error: unknown, nextInMs: number): void {
    this.count(loop, 'failed');
    const reason = error instanceof Error ? error.message : String(error);
    this.logger.warn({ loop }, `${loop} failed: ${reason}; will try again in ${nextInMs} ms`);
  }

  /** One of many that a run deals with; the others were dealt with all the same. */
  itemFailed(loop: string, item: string, error: unknown): void {
    this.items.inc({ loop });
    const reason = error instanceof Error ? error.message : String(error);
    this.logger.error({ loop, item, err: error }, `${loop}: ${item} could not be dealt with: ${reason}`);
  }

  /** All are told from the first run on: an alarm cannot see the growth of what was not there. */
  private count(loop: string, outcome: 'ok' | 'failed'): void {
    this.runs.inc({ loop, outcome: 'ok' }, outcome === 'ok' ? 1 : 0);
    this.runs.inc({ loop, outcome: 'failed' }, outcome === 'failed' ? 1 : 0);
    this.items.inc({ loop }, 0);
  }
}
