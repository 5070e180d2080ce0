import { presentHorizon, readRecentChanges, type Change, type Sql } from '@berth/persistence';
import { ChangedDocuments } from './changed-documents.js';
import type { DocumentReaders } from './document-readers.js';

/** What one look found. */
export interface ChangeBatch {
  /** Its number in this process, one more than that of the batch before. */
  readonly number: number;
  /** Each thing once. */
  readonly changes: readonly Pick<Change, 'organizationId' | 'kind' | 'ref'>[];
  /** More was changed than could be read: whoever follows a list has to read it anew. */
  readonly isCut: boolean;
  readonly documents: ChangedDocuments;
}

/** Where a follower is. */
export interface FeedPlace {
  /** Of the last batch that it has. */
  readonly number: number;
  readonly horizon: string;
}

/** Of one look; a busy second has some hundreds. */
const MOST = 5_000;
/** Who is further behind reads its lists anew. */
const KEPT_BATCHES = 100;

/**
 * Reads what has been changed once for all streams of this process, in batches; each stream takes them at its own pace.
 * While nobody follows it does nothing.
 */
export class ChangeFeed {
  private readonly followers = new Set<() => void>();
  private readonly batches: ChangeBatch[] = [];
  private seen = new Set<string>();
  private told: readonly string[] = [];
  private place: FeedPlace | null = null;

  constructor(
    private readonly sql: Sql,
    private readonly readers: DocumentReaders,
    /** Who has something to tell, and is woken when the look is over. */
    private readonly due: Set<() => void>,
  ) {}

  /** From now on `wake` is due with each batch. Gives where that begins. */
  async join(wake: () => void): Promise<FeedPlace> {
    this.followers.add(wake);
    try {
      const horizon = this.place?.horizon ?? (await presentHorizon(this.sql));
      this.place ??= { number: 0, horizon };
      return this.place;
    } catch (error) {
      this.leave(wake);
      throw error;
    }
  }

  leave(wake: () => void): void {
    this.followers.delete(wake);
    if (this.followers.size === 0) {
      this.place = null;
      this.batches.length = 0;
      this.seen.clear();
    }
  }

  /** The batches behind this one, null where they are not kept any more. */
  after(number: number): readonly ChangeBatch[] | null {
    const newest = this.place?.number ?? 0;
    const behind = newest - number;
    return behind > this.batches.length ? null : this.batches.slice(this.batches.length - behind);
  }

  get present(): FeedPlace | null {
    return this.place;
  }

  /** Something that no row of changes tells: the reason why a task waits is another one, for one. */
  add(taskIds: readonly string[]): void {
    this.told = [...this.told, ...taskIds];
  }

  /** Looks once. */
  async look(): Promise<void> {
    const { place } = this;
    if (place === null) {
      return;
    }
    const { changes, horizon } = await readRecentChanges(this.sql, place.horizon, MOST);
    if (this.place !== place) {
      // All have gone meanwhile.
      return;
    }
    const fresh = changes.filter(({ id }) => !this.seen.has(id));
    this.seen = new Set(changes.filter(({ xid }) => BigInt(xid) >= BigInt(horizon)).map(({ id }) => id));
    const told = this.told.map((ref) => ({ organizationId: null, kind: 'task', ref }));
    this.told = [];
    const isNew = fresh.length + told.length > 0;
    this.place = { number: place.number + (isNew ? 1 : 0), horizon };
    if (isNew) {
      this.keep([...fresh, ...told], changes.length >= MOST);
    }
  }

  private keep(changes: readonly Pick<Change, 'organizationId' | 'kind' | 'ref'>[], isCut: boolean): void {
    const each = new Map(changes.map((change) => [`${change.kind} ${change.ref}`, change]));
    this.batches.push({
      number: this.place?.number ?? 0,
      changes: [...each.values()],
      isCut,
      documents: new ChangedDocuments([...each.values()], this.readers),
    });
    this.batches.splice(0, this.batches.length - KEPT_BATCHES);
    this.followers.forEach((wake) => this.due.add(wake));
  }
}
