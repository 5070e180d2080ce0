import { randomUUID } from 'node:crypto';
import { LOGGER, LoopWatch, Metrics, type Counter, type Logger } from '@berth/observability';
import {
  Database,
  isResealed,
  nextToReseal,
  noteProgress,
  noteResealed,
  readDataKeys,
  resealSome,
  takeLease,
} from '@berth/persistence';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { DataKeys } from './data-keys.js';
import { DataKeyUnknown, headerOf, SecretBox } from './secret-box.js';
import { SEALED_COLUMNS } from './sealed-columns.js';
import { sealLog } from './sealed-log.js';
import { LOG_SEAL } from './seals.js';

const INTERVAL_MS = 2_000;
const LEASE = 'reseal';
/** A process that is killed is followed after this time; where a batch takes longer, two do the same, which harms nothing. */
const LEASE_SECONDS = 20;
const BATCH = 100;
/** By then every process seals with a new key: it is used after 6 s, and looked for every 2 s. */
const USED_BY_ALL_SECONDS = 10;

type Column = (typeof SEALED_COLUMNS)[number];

/** Seals with the present data key what others have sealed, and what was stored before it was sealed at all; one process at a time. */
@Injectable()
export class ResealLoop {
  private readonly loop: Loop;
  private readonly holder = randomUUID();
  private readonly values: Counter<'outcome'>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DataKeys) private readonly keys: DataKeys,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) watch: LoopWatch,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.values = metrics.counter('berth_resealed_values_total');
    this.loop = new Loop({
      name: 'reseal',
      intervalMs: INTERVAL_MS,
      observer: watch,
      run: async () => this.step(),
    });
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  /** One batch. Whoever goes on after a process that was killed begins with the same one: what is sealed already is left. */
  private async step(): Promise<'again' | 'rest'> {
    const { id } = this.keys.present;
    const newest = (await readDataKeys(this.database, USED_BY_ALL_SECONDS)).at(-1);
    const isSettled = newest?.id === id && newest.isKnownToAll;
    if (!isSettled || (await isResealed(this.database, id))) {
      return 'rest';
    }
    if (!(await takeLease(this.database, LEASE, this.holder, LEASE_SECONDS))) {
      return 'rest';
    }
    const next = await nextToReseal(this.database, id, SEALED_COLUMNS.map(nameOf));
    const column = SEALED_COLUMNS.find((one) => nameOf(one) === next?.place);
    if (next === null || column === undefined) {
      await noteResealed(this.database, id);
      this.logger.info({ dataKey: id }, `everything is sealed with data key ${id}`);
      return 'rest';
    }
    const step = await resealSome(
      this.database,
      column,
      { after: next.after, header: headerOf(id), limit: BATCH },
      (content, isPlain) => this.resealed(column, content, isPlain),
    );
    this.values.inc({ outcome: 'sealed' }, step.resealed);
    await noteProgress(this.database, id, next.place, { ...step, isEnd: step.seen < BATCH });
    return 'again';
  }

  /** Null where it cannot be opened; it stays as it is, and everything else goes on. */
  private resealed({ seal, ...place }: Column, content: Buffer, isPlain: boolean): Buffer | null {
    if (isPlain) {
      return seal === LOG_SEAL ? sealLog(this.box, content) : this.box.seal(seal, content);
    }
    try {
      return this.box.seal(seal, this.box.open(seal, content));
    } catch (error) {
      if (error instanceof DataKeyUnknown) {
        throw error;
      }
      this.values.inc({ outcome: 'unreadable' });
      this.logger.error(`a value of ${nameOf(place)} is left as it is: ${String(error)}`);
      return null;
    }
  }
}

function nameOf({ table, column }: Pick<Column, 'table' | 'column'>): string {
  return `${table}.${column}`;
}
