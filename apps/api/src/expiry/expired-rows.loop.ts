import { LOGGER, LoopWatch, Metrics, type Counter, type Logger } from '@berth/observability';
import { Database, endApiKeys, endAuditRecords, endChanges, endSignIns } from '@berth/persistence';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { API_ENV, type ApiEnv } from '../env.js';

const INTERVAL_MS = 600_000;
/** Of each kind in one run: a few milliseconds, which nobody has to wait behind. */
const BATCH = 500;
/** They are small and many: a busy minute has thousands. */
const CHANGES = 5_000;
/** Longer than a page that was cut off may ask for what it has missed. */
const CHANGES_MINUTES = 20;

/**
 * Takes away what is over: sessions, links and codes a day after their end, keys after 90 days, audit records after theirs,
 * and what pages were told of when none can ask for it again.
 */
@Injectable()
export class ExpiredRowsLoop {
  private readonly loop: Loop;
  private readonly ended: Counter<'what'>;

  constructor(
    @Inject(API_ENV) private readonly env: Pick<ApiEnv, 'BERTH_AUDIT_KEEP_DAYS'>,
    @Inject(Database) private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) watch: LoopWatch,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.ended = metrics.counter('berth_expired_rows_removed_total');
    this.loop = new Loop({
      name: 'expired rows',
      intervalMs: INTERVAL_MS,
      observer: watch,
      run: async () => this.sweep(),
    });
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  private async sweep(): Promise<'again' | 'rest'> {
    const signIns = await endSignIns(this.database, BATCH);
    const records = await endAuditRecords(this.database, this.env.BERTH_AUDIT_KEEP_DAYS, BATCH);
    const keys = await endApiKeys(this.database, BATCH);
    const changes = await endChanges(this.database, CHANGES_MINUTES, CHANGES);
    this.ended.inc({ what: 'sign-in' }, signIns);
    this.ended.inc({ what: 'key' }, keys);
    this.ended.inc({ what: 'audit record' }, records);
    this.ended.inc({ what: 'change' }, changes);
    if (records > 0) {
      this.logger.info({ records }, `${records} audit records have reached their age and are gone`);
    }
    const isMore = [signIns, records, keys].some((ended) => ended >= BATCH) || changes >= CHANGES;
    return isMore ? 'again' : 'rest';
  }
}
