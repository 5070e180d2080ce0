import { LOGGER, LoopWatch, Metrics, type Counter, type Logger } from '@berth/observability';
import { Database, endApiKeys, endAuditRecords, endChanges, endSignIns } from '@berth/persistence';
import { inTurn, Loop } from '@berth/process';
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
    const full = new Set<string>();
    const end = (what: string, batch: number, remove: () => Promise<number>) => async (): Promise<void> => {
      const ended = await remove();
      this.ended.inc({ what }, ended);
      if (ended >= batch) {
        full.add(what);
      }
    };
    await inTurn([
      end('sign-in', BATCH, async () => endSignIns(this.database, BATCH)),
      end('audit record', BATCH, async () => this.endRecords()),
      end('key', BATCH, async () => endApiKeys(this.database, BATCH)),
      end('change', CHANGES, async () => endChanges(this.database, CHANGES_MINUTES, CHANGES)),
    ]);
    return full.size > 0 ? 'again' : 'rest';
  }

  private async endRecords(): Promise<number> {
    const records = await endAuditRecords(this.database, this.env.BERTH_AUDIT_KEEP_DAYS, BATCH);
    if (records > 0) {
      this.logger.info({ records }, `${records} audit records have reached their age and are gone`);
    }
    return records;
  }
}
