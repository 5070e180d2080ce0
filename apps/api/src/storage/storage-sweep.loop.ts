import { LOGGER, LoopWatch, Metrics, type Counter, type Logger } from '@berth/observability';
import { Database, eachAlone, objectsToRemove, releaseOldObjects } from '@berth/persistence';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { API_ENV, type ApiEnv } from '../env.js';
import { StorageUnavailable } from '../problems/storage-unavailable.js';
import type { ObjectStore } from './object-store.js';
import { OBJECT_STORE, StoredFiles } from './stored-files.service.js';

const BATCH = 100;
/** Longer than any upload may take, in seconds. */
const ARRIVING_SECONDS = 2 * 3_600;
/** A source is uploaded before the build that is made of it. */
const UNUSED_SECONDS = 24 * 3_600;

/** Removes what is kept for a time: bytes of old builds, those that nobody took, halves of broken uploads. */
@Injectable()
export class StorageSweepLoop {
  private readonly loop: Loop;
  private readonly removed: Counter<'what'>;

  constructor(
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(Database) private readonly database: Database,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(StoredFiles) private readonly files: StoredFiles,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) private readonly watch: LoopWatch,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.removed = metrics.counter('berth_storage_removed_total');
    this.loop = new Loop({
      name: 'storage sweep',
      intervalMs: env.BERTH_STORAGE_SWEEP_SECONDS * 1_000,
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
    const parted = await releaseOldObjects(this.database, {
      days: this.env.BERTH_BUILD_KEEP_DAYS,
      builds: this.env.BERTH_BUILD_KEEP_COUNT,
      limit: BATCH,
    });
    if (parted > 0) {
      this.logger.info({ builds: parted }, `${parted} old builds part from their stored files`);
    }
    const unwanted = await objectsToRemove(this.database, {
      arrivingSeconds: ARRIVING_SECONDS,
      unusedSeconds: UNUSED_SECONDS,
      limit: BATCH,
    });
    const removed = await eachAlone(this.database, unwanted, {
      name: (id) => `object ${id}`,
      failed: (item, error) => {
        if (error instanceof StorageUnavailable) {
          throw error;
        }
        this.watch.itemFailed('storage sweep', item, error);
      },
      work: async (id) => {
        await this.files.removeUnwanted(id);
        return true;
      },
    });
    this.removed.inc({ what: 'object' }, removed);
    this.removed.inc({ what: 'half' }, await this.store.removeHalves(ARRIVING_SECONDS * 1_000));
    return [parted, removed].includes(BATCH) ? 'again' : 'rest';
  }
}
