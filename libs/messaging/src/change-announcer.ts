import { MESSAGES, type MessageOf } from '@berth/contracts';
import type { Counter, Logger, Metrics } from '@berth/observability';
import type { Channel } from 'amqplib';
import type { BrokerConnection } from './broker-connection.js';
import type { ChannelFactory } from './kept-channel.js';
import { assertChanges, EXCHANGES } from './topology.js';

type ChangesMade = MessageOf<'changes.made'>;

/** Things of one kind that are others than before. */
export interface ChangeMade {
  readonly kind: string;
  readonly organizationIds: readonly (string | null)[];
  /** None where they are many. */
  readonly refs: readonly string[];
}

const TYPE = 'changes.made';
/** What is changed in one moment is told together; nobody sees so little time. */
const GATHER_MS = 20;
/** Of what changes from moment to moment, pages are told so often: whoever hears of it reads it anew. */
const PACE_MS = 100;
/** More than so many of a kind are not named one by one. */
const MAX_REFS = 100;

interface Gathered {
  readonly organizationIds: Set<string | null>;
  readonly refs: Set<string>;
}

/**
 * Tells all api processes what was changed here, without waiting for anything: whatever is not heard is found by their
 * sweep. On a channel of its own, so that nothing that is wrong with it costs a message that somebody needs.
 */
export class ChangeAnnouncer {
  private readonly gathered = new Map<string, Gathered>();
  private readonly told: Counter<'outcome'>;
  private channel: Channel | undefined;
  private timer: NodeJS.Timeout | undefined;
  private sentAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly connection: BrokerConnection,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.told = metrics.counter('berth_changes_told_total');
    connection.keepChannel(async (model) => this.openChannel(model));
  }

  /** After the commit. */
  tell(changes: readonly ChangeMade[]): void {
    for (const { kind, organizationIds, refs } of changes) {
      const gathered = this.gathered.get(kind) ?? { organizationIds: new Set(), refs: new Set() };
      organizationIds.forEach((id) => gathered.organizationIds.add(id));
      refs.forEach((ref) => gathered.refs.add(ref));
      this.gathered.set(kind, gathered);
    }
    this.timer ??= setTimeout(
      () => {
        this.send();
      },
      Math.max(GATHER_MS, this.sentAt + PACE_MS - performance.now()),
    );
  }

  private send(): void {
    this.timer = undefined;
    this.sentAt = performance.now();
    const changes = [...this.gathered].map(([kind, { organizationIds, refs }]) => ({
      kind,
      organizationIds: [...organizationIds],
      refs: refs.size > MAX_REFS ? [] : [...refs],
    }));
    this.gathered.clear();
    const { channel } = this;
    if (channel === undefined || this.connection.blocked !== undefined) {
      this.told.inc({ outcome: 'dropped' });
      return;
    }
    try {
      channel.publish(
        EXCHANGES.changes,
        TYPE,
        Buffer.from(JSON.stringify({ changes } satisfies ChangesMade)),
        {
          type: TYPE,
          contentType: 'application/json',
          headers: { version: MESSAGES[TYPE].version },
        },
      );
      this.told.inc({ outcome: 'sent' });
    } catch {
      // The channel was closed already; it is opened again by itself.
      this.told.inc({ outcome: 'dropped' });
    }
  }

  private async openChannel(model: ChannelFactory): Promise<void> {
    const channel = await model.createChannel();
    channel.on('error', (error: Error) => {
      this.logger.warn(`the channel for changes: ${error.message}`);
      this.connection.doubt(`the channel for changes was closed: ${error.message}`);
    });
    channel.on('close', () => {
      if (this.channel === channel) {
        this.channel = undefined;
      }
    });
    await assertChanges(channel);
    this.channel = channel;
  }
}
