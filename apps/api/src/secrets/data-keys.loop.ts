import { Health, LOGGER, LoopWatch, type Logger } from '@berth/observability';
import { Database, isDataKeyOld, withDataKeysLocked } from '@berth/persistence';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { DataKeys } from './data-keys.js';
import { addDataKey, learnDataKeys, WrongEncryptionKey, type Wraps } from './kept-keys.js';
import { WRAPS } from './wraps.js';

/** A third of the time after which a new key is used, whatever else this process does. */
const INTERVAL_MS = 2_000;
const KEY_DAYS = 90;

/** Learns the data keys that other processes have made, and makes one where the newest is old. */
@Injectable()
export class DataKeysLoop {
  private readonly loop: Loop;
  private wrong: WrongEncryptionKey | null = null;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DataKeys) private readonly keys: DataKeys,
    @Inject(WRAPS) private readonly wraps: Wraps,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) watch: LoopWatch,
    @Inject(Health) health: Health,
  ) {
    this.loop = new Loop({
      name: 'data keys',
      intervalMs: INTERVAL_MS,
      observer: watch,
      run: async () => this.look(),
    });
    health.add('data keys', async () =>
      this.wrong === null ? Promise.resolve() : Promise.reject(this.wrong),
    );
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  private async look(): Promise<'rest'> {
    try {
      await learnDataKeys(this.database, this.keys, this.wraps);
      this.wrong = null;
    } catch (error) {
      this.wrong = error instanceof WrongEncryptionKey ? error : this.wrong;
      throw error;
    }
    if (await isDataKeyOld(this.database, KEY_DAYS)) {
      const id = await withDataKeysLocked(this.database, async (sql) =>
        (await isDataKeyOld(sql, KEY_DAYS)) ? addDataKey(sql, this.wraps) : null,
      );
      if (id !== null) {
        this.logger.info({ dataKey: id }, `data key ${id} is made: the one before is ${KEY_DAYS} days old`);
      }
    }
    return 'rest';
  }
}
