import { randomUUID } from 'node:crypto';
import { LOGGER, LoopWatch, Metrics, type Gauge, type Logger } from '@berth/observability';
import { Database, giveLeaseBack, takeLease } from '@berth/persistence';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { SystemGauges } from './system-gauges.js';

const LEASE = 'system_watch';
/** A process that is killed is followed after this time and a turn. */
const LEASE_SECONDS = 9;
const INTERVAL_MS = 3_000;

/** Tells of the whole system in the metrics of one scheduler, however many there are: of the one that has the lease. */
@Injectable()
export class SystemWatchLoop {
  private readonly loop: Loop;
  private readonly holder = randomUUID();
  private readonly watching: Gauge;
  private falling: NodeJS.Timeout | undefined;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SystemGauges) private readonly gauges: SystemGauges,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) watch: LoopWatch,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.watching = metrics.gauge('berth_system_watch');
    this.loop = new Loop({
      name: 'system_watch',
      intervalMs: INTERVAL_MS,
      observer: watch,
      run: async () => {
        await this.look();
        return 'rest';
      },
    });
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
    if (this.falling === undefined) {
      return;
    }
    this.fall();
    await giveLeaseBack(this.database, LEASE, this.holder).catch((error: unknown) => {
      this.logger.warn(`the watch over the system was not handed on: ${String(error)}; it ends by itself`);
    });
  }

  private async look(): Promise<void> {
    const askedAt = performance.now();
    if (!(await takeLease(this.database, LEASE, this.holder, LEASE_SECONDS))) {
      this.fall();
      return;
    }
    const counts = await this.gauges.count();
    const leftMs = LEASE_SECONDS * 1_000 - (performance.now() - askedAt);
    clearTimeout(this.falling);
    this.falling = undefined;
    if (leftMs <= 0) {
      // Another one may be telling already.
      this.fall();
      return;
    }
    if (!this.gauges.isTelling) {
      this.logger.info('this scheduler tells of the whole system from now on');
    }
    // Also of a process that was frozen: its timers come before its requests.
    this.falling = setTimeout(() => {
      this.fall();
    }, leftMs);
    this.falling.unref();
    this.gauges.tell(counts);
    this.watching.set(1);
  }

  private fall(): void {
    clearTimeout(this.falling);
    this.falling = undefined;
    this.watching.set(0);
    this.gauges.silence();
  }
}
