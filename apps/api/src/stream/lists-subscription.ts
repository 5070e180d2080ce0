import type { ListTopic, StreamEvent } from '@berth/contracts';
import { may, type Access } from '@berth/domain';
import { readMissedChanges, type Change, type Sql } from '@berth/persistence';
import { ChangedDocuments } from './changed-documents.js';
import type { ChangeFeed, FeedPlace } from './change-feed.js';
import type { DocumentKind, DocumentReaders } from './document-readers.js';
import type { Outlet, Subscription } from './subscription.js';

/** Whose stream it is, as it is now: roles change while it is open. */
export interface Follower {
  readonly organizationId: string;
  /** Shown what belongs to no organization. */
  readonly isFirst: boolean;
  access: Access;
}

/** What a page may have missed since its connection before. */
export interface Missed {
  /** The horizon of that; null where it was too long ago. */
  readonly since: string | null;
}

type Noted = Pick<Change, 'organizationId' | 'kind' | 'ref'>;

const LIST_OF: Readonly<Record<DocumentKind, ListTopic>> = {
  task: 'tasks',
  slot: 'slots',
  agent: 'agents',
  dead_letter: 'dead-letters',
};
/** What was more in one go is read anew faster than told. */
const MOST = 500;

function isKind(kind: string): kind is DocumentKind {
  return Object.hasOwn(LIST_OF, kind);
}

/** What is new of the lists that a page shows, and of single tasks. */
export class ListsSubscription implements Subscription {
  readonly position = '';
  private constructor(
    private readonly from: {
      readonly sql: Sql;
      readonly feed: ChangeFeed;
      readonly readers: DocumentReaders;
    },
    private readonly follower: Follower,
    private readonly topics: {
      readonly lists: ReadonlySet<ListTopic>;
      readonly taskIds: ReadonlySet<string>;
    },
    private readonly wake: () => void,
    private place: FeedPlace,
    private missed: Missed | null,
  ) {}

  /** @param missed null where there was no connection before */
  static async join(
    from: ListsSubscription['from'],
    follower: Follower,
    topics: ListsSubscription['topics'],
    wake: () => void,
    missed: Missed | null,
  ): Promise<ListsSubscription> {
    const place = await from.feed.join(wake);
    return new ListsSubscription(from, follower, topics, wake, place, missed);
  }

  /** All that transactions before this one have changed was told. */
  get horizon(): string {
    return this.missed?.since ?? this.place.horizon;
  }

  async pull(outlet: Outlet): Promise<boolean> {
    if (this.missed !== null) {
      await this.tellMissed(outlet, this.missed);
      return true;
    }
    const { present } = this.from.feed;
    const batches = this.from.feed.after(this.place.number);
    if (present === null || batches?.length === 0) {
      return false;
    }
    if (batches === null || batches.some(({ isCut }) => isCut)) {
      this.place = present;
      await this.reload(outlet, this.topics.lists);
      return false;
    }
    const newest = new Map<string, { readonly change: Noted; readonly documents: ChangedDocuments }>();
    for (const { changes, documents } of batches) {
      changes.forEach((change) => newest.set(`${change.kind} ${change.ref}`, { change, documents }));
    }
    await this.tell(outlet, [...newest.values()], () => {
      this.place = present;
    });
    return false;
  }

  leave(): void {
    this.from.feed.leave(this.wake);
  }

  private async tellMissed(outlet: Outlet, { since }: Missed): Promise<void> {
    const { sql, readers } = this.from;
    const missed =
      since === null ? null : await readMissedChanges(sql, this.follower.organizationId, since, MOST + 1);
    if (missed === null || missed.changes.length > MOST) {
      this.missed = null;
      await this.reload(outlet, this.topics.lists);
      return;
    }
    const each = [
      ...new Map(missed.changes.map((change) => [`${change.kind} ${change.ref}`, change])).values(),
    ];
    const documents = new ChangedDocuments(each, readers);
    await this.tell(
      outlet,
      each.map((change) => ({ change, documents })),
      () => {
        this.missed = null;
      },
    );
  }

  /** @param told is called before the last one is told: the id of that says so */
  private async tell(
    outlet: Outlet,
    noted: readonly { readonly change: Noted; readonly documents: ChangedDocuments }[],
    told: () => void,
  ): Promise<void> {
    const reload = new Set<ListTopic>();
    const events: Pick<StreamEvent & { json: string }, 'type' | 'json'>[] = [];
    for (const { change, documents } of noted) {
      const gone = /^(\w+)_gone$/.exec(change.kind)?.[1];
      if (gone !== undefined && isKind(gone)) {
        if (change.organizationId === this.follower.organizationId && this.topics.lists.has(LIST_OF[gone])) {
          reload.add(LIST_OF[gone]);
        }
      } else if (isKind(change.kind) && this.isWanted(change, change.kind)) {
        const event = await this.eventOf(change, change.kind, documents);
        events.push(...(event === null ? [] : [event]));
      }
    }
    for (const { type, json } of events.slice(0, -1)) {
      await outlet.tell(type, json, false);
    }
    told();
    const last = events.at(-1);
    if (last !== undefined) {
      await outlet.tell(last.type, last.json);
    }
    await this.reload(outlet, reload);
  }

  private isWanted({ organizationId, ref }: Noted, kind: DocumentKind): boolean {
    const isHere = organizationId === null || organizationId === this.follower.organizationId;
    return (
      isHere && (this.topics.lists.has(LIST_OF[kind]) || (kind === 'task' && this.topics.taskIds.has(ref)))
    );
  }

  private async eventOf(
    { ref, organizationId }: Noted,
    kind: DocumentKind,
    documents: ChangedDocuments,
  ): Promise<{ readonly type: StreamEvent['type']; readonly json: string } | null> {
    const document = (await documents.of(kind)).get(ref);
    const { follower } = this;
    if (document === undefined) {
      const isOurs = organizationId === follower.organizationId || follower.isFirst;
      const gone: StreamEvent = { type: 'dead_letter_gone', id: ref };
      return kind === 'dead_letter' && isOurs ? { type: gone.type, json: JSON.stringify(gone) } : null;
    }
    const isOurs =
      document.organizationId === follower.organizationId ||
      (document.organizationId === null && follower.isFirst);
    const permission =
      kind === 'task' ? 'tasks:read' : kind === 'dead_letter' ? 'dead-letters:read' : 'agents:read';
    return isOurs && may(follower.access, permission, document.place) ? document : null;
  }

  private async reload(outlet: Outlet, topics: ReadonlySet<ListTopic>): Promise<void> {
    for (const topic of topics) {
      await outlet.tell('reload', JSON.stringify({ type: 'reload', topic } satisfies StreamEvent));
    }
  }
}
