import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';

/** Counts and logs the runs of background loops. */
export class LoopWatch {
  constructor(
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  ran(loop: string, seconds: number): void {
    this.metrics.loopRuns.inc({ loop, outcome: 'ok' });
    this.metrics.loopSeconds.observe({ loop }, seconds);
  }

  failed(loop: string, error: unknown, nextInMs: number): void {
    this.metrics.loopRuns.inc({ loop, outcome: 'failed' });
    const reason = error instanceof Error ? error.message : String(error);
    this.logger.warn({ loop }, `${loop} failed: ${reason}; will try again in ${nextInMs} ms`);
  }
}
