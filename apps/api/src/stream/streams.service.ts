import type { ListTopic } from '@berth/contracts';
import { Metrics, type Counter } from '@berth/observability';
import { Database, readOrganization } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import type { UserCaller, WithCaller } from '../auth/caller.js';
import { DataKeys } from '../secrets/data-keys.js';
import { SecretBox } from '../secrets/secret-box.js';
import { invalidField, ProblemError } from '../problems/problem-error.js';
import { DocumentReaders } from './document-readers.js';
import { ListsSubscription, type Follower } from './lists-subscription.js';
import { LogSubscription } from './log-subscription.js';
import { PageStream, type StreamEnd } from './page-stream.js';
import { SharedReads } from './shared-reads.js';
import { StreamCursors, type StreamPlace } from './stream-cursor.js';
import { StreamLooks } from './stream-looks.js';
import { StreamRights } from './stream-rights.js';
import { StreamSeats } from './stream-seats.js';
import type { Subscription } from './subscription.js';
import { TimelineSubscription } from './timeline-subscription.js';
import { parseTopics, type Topic } from './topics.js';

/** Changes are kept for longer: who was away for so long reads the lists anew. */
const RESUMABLE_SECONDS = 600;

/** The streams of the pages that are open at this process. */
@Injectable()
export class Streams {
  private readonly open = new Set<PageStream>();
  private readonly seats = new StreamSeats();
  private readonly reads = new SharedReads();
  private readonly cursors: StreamCursors;
  private readonly ends: Counter<'how'>;
  private readonly events: Counter<'type'>;
  private isStopping = false;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(StreamLooks) private readonly looks: StreamLooks,
    @Inject(DocumentReaders) private readonly readers: DocumentReaders,
    @Inject(StreamRights) private readonly rights: StreamRights,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(DataKeys) keys: DataKeys,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.cursors = new StreamCursors(keys.root);
    metrics.gauge('berth_stream_readers', (readers) => {
      readers.set(this.open.size);
    });
    this.ends = metrics.counter('berth_stream_ends_total');
    this.events = metrics.counter('berth_stream_events_total');
  }

  /** All of them end, and go on at another process. */
  stop(): void {
    this.isStopping = true;
    this.open.forEach((stream) => {
      stream.stop();
    });
  }

  /** Until the page is closed. @throws ProblemError 400, 403, 404, 429 */
  async follow(
    caller: UserCaller,
    named: string,
    lastEventId: string | undefined,
    response: Response,
  ): Promise<void> {
    const topics = parseTopics(named);
    const cursor = this.cursors.for(caller.organizationId, named);
    const place = lastEventId === undefined || lastEventId === '' ? undefined : cursor.read(lastEventId);
    if (place === null) {
      throw invalidField('Last-Event-ID', 'must be the id of an event of this stream');
    }
    await this.rights.expectMayFollow(caller, topics);
    this.seats.take(caller);
    this.looks.open();
    const joined: Subscription[] = [];
    try {
      const follower = await this.followerOf(caller, topics);
      const stream = new PageStream({
        response,
        cursor,
        stillMay: async () => this.stillMay(response.req as WithCaller, topics, follower),
        told: (type) => {
          this.events.inc({ type });
        },
      });
      const wake = (): void => {
        stream.wake();
      };
      const lists = await this.joinLists(follower, topics, wake, place ?? null);
      joined.push(lists);
      const subscriptions = topics
        .filter((topic) => topic.kind !== 'list')
        .map((topic, n) => this.subscribe(topic, place?.positions[n], wake));
      joined.push(...subscriptions);
      await this.keepOpen(stream, async () => stream.run(lists, subscriptions));
    } finally {
      joined.forEach((subscription) => {
        subscription.leave();
      });
      this.looks.close();
      this.seats.giveBack(caller);
    }
  }

  private async keepOpen(stream: PageStream, run: () => Promise<StreamEnd>): Promise<void> {
    this.open.add(stream);
    if (this.isStopping) {
      stream.stop();
    }
    try {
      this.ends.inc({ how: await run() });
    } finally {
      this.open.delete(stream);
    }
  }

  private async followerOf(
    { organizationId, access }: UserCaller,
    topics: readonly Topic[],
  ): Promise<Follower> {
    const wantsLetters = topics.some((topic) => topic.kind === 'list' && topic.list === 'dead-letters');
    const organization = wantsLetters ? await readOrganization(this.database, organizationId) : null;
    return { organizationId, access, isFirst: organization?.name === 'default' };
  }

  private async joinLists(
    follower: Follower,
    topics: readonly Topic[],
    wake: () => void,
    place: StreamPlace | null,
  ): Promise<ListsSubscription> {
    const named = topics.flatMap((topic) => (topic.kind === 'list' ? [topic.list] : []));
    const followed = topics.flatMap((topic) => (topic.kind === 'task' ? [topic.taskId] : []));
    const isTooOld = place !== null && Date.now() / 1_000 - place.at > RESUMABLE_SECONDS;
    return ListsSubscription.join(
      { sql: this.database, feed: this.looks.feed, readers: this.readers },
      follower,
      { lists: new Set<ListTopic>(named), taskIds: new Set(followed) },
      wake,
      place === null ? null : { since: isTooOld ? null : place.horizon },
    );
  }

  private subscribe(
    topic: Exclude<Topic, { kind: 'list' }>,
    position: string | undefined,
    wake: () => void,
  ): Subscription {
    const from = { database: this.database, box: this.box, heads: this.looks.heads, reads: this.reads };
    return topic.kind === 'task'
      ? new TimelineSubscription(from, topic.taskId, position ?? '0', wake)
      : new LogSubscription(from, topic, position ?? String(topic.offset), wake);
  }

  /** Asks again for the stream and for each of its topics; what cannot be asked now changes nothing. */
  private async stillMay(
    request: WithCaller,
    topics: readonly Topic[],
    follower: Follower,
  ): Promise<boolean> {
    if ((await request.stillMay?.()) === false || request.caller?.kind !== 'user') {
      return false;
    }
    follower.access = request.caller.access;
    try {
      await this.rights.expectMayFollow(request.caller, topics);
      return true;
    } catch (error) {
      return !(error instanceof ProblemError);
    }
  }
}
