import { DataKeyList } from '@berth/contracts';
import { Database, readDataKeys, readResealProgress, withDataKeysLocked } from '@berth/persistence';
import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { Describe } from '../openapi/describe.js';
import { ProblemError } from '../problems/problem-error.js';
import { DataKeys } from '../secrets/data-keys.js';
import { addDataKey, WrongEncryptionKey, type Wraps } from '../secrets/kept-keys.js';
import { WRAPS } from '../secrets/wraps.js';

/** The keys that seal, as far as anybody may know of them: their numbers, ages, and what is sealed with them. */
@Controller('api/v1/installation/data-keys')
export class DataKeysController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DataKeys) private readonly keys: DataKeys,
    @Inject(WRAPS) private readonly wraps: Wraps,
  ) {}

  @Get()
  @Describe({
    id: 'listDataKeys',
    permission: 'data-keys:rotate',
    place: 'installation',
    summary: 'The data keys of this installation, and how far the newest has sealed what others had',
    answer: DataKeyList,
  })
  async list(): Promise<DataKeyList> {
    const rows = (await readDataKeys(this.database, 0)).filter(({ kind }) => kind === 'data');
    const newest = rows.at(-1);
    const progress = newest === undefined ? [] : await readResealProgress(this.database, newest.id);
    return {
      items: rows.map(({ id, createdAt, resealedAt }) => ({
        id,
        createdAt: createdAt.toISOString(),
        inUse: id === this.keys.present.id,
        resealedAt: resealedAt?.toISOString() ?? null,
      })),
      progress: progress.map(({ finishedAt, ...column }) => ({ ...column, finished: finishedAt !== null })),
    };
  }

  @Post()
  @HttpCode(202)
  @Describe({
    id: 'rotateDataKey',
    permission: 'data-keys:rotate',
    place: 'installation',
    summary:
      'Make a new data key: in seconds it seals all that comes, and what others have sealed is sealed anew while everything runs',
    status: 202,
    answer: DataKeyList,
  })
  async rotate(): Promise<DataKeyList> {
    try {
      await withDataKeysLocked(this.database, async (sql) => addDataKey(sql, this.wraps));
    } catch (error) {
      if (error instanceof WrongEncryptionKey) {
        throw new ProblemError(
          409,
          'ENCRYPTION_KEY_CHANGES',
          'another api process has a newer BERTH_ENCRYPTION_KEY: start this one with it first',
          { cause: error },
        );
      }
      throw error;
    }
    return this.list();
  }
}
