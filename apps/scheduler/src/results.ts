import { LOGGER, type Logger } from '@berth/observability';
import { Database, TASK_IS_HELD, takeWord, takeWords, type TaskRow, type Word } from '@berth/persistence';
import { Batches } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { PeopleFirst } from './people-first.js';

const TOGETHER = { most: 100, gatherMs: 0, paceMs: 20 };

/** What agents say of how tasks ended, as many in one transaction as have arrived; the order of one task's is the caller's. */
@Injectable()
export class Results {
  private readonly words: Batches<Word, TaskRow | typeof TASK_IS_HELD | null>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LOGGER) logger: Logger,
    @Inject(PeopleFirst) people: PeopleFirst,
  ) {
    this.words = new Batches({
      ...TOGETHER,
      work: async (words) => {
        await people.turn();
        return takeWords(database, words).catch((error: unknown) => {
          logger.debug(`${words.length} results are taken one by one: ${String(error)}`);
          return words.map(() => TASK_IS_HELD);
        });
      },
    });
  }

  /**
   * The task as it is then; null where the word is stale. One whose task or agent somebody holds, or that is wrong, keeps no
   * other waiting: it is taken by itself, beside the next batch.
   */
  async take(word: Word): Promise<TaskRow | null> {
    const taken = await this.words.add(word);
    return taken === TASK_IS_HELD ? takeWord(this.database, word) : taken;
  }
}
