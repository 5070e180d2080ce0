import { randomUUID } from 'node:crypto';
import { MESSAGES, MESSAGE_TYPES, type MessageOf, type MessageType } from '@berth/contracts';
import { traceHeaders, type Counter, type Logger, type Metrics } from '@berth/observability';
import type { ConfirmChannel, ConsumeMessage, Message } from 'amqplib';
import type { BrokerConnection } from './broker-connection.js';
import type { ChannelFactory } from './kept-channel.js';
import { alarmKey, alarmLevelFor } from './alarm-levels.js';
import { headersOfDeadLetter, type Burial } from './dead-letter.js';
import { signatureHeaders, type SessionKey } from './signature.js';
import { publishing } from './traced-messages.js';
import { assertTopology, EXCHANGES, type BrokerExchange } from './topology.js';

/**
 * What became of a message. `queued`: the broker has it in a queue. `refused`: it is certainly in no queue (returned
 * as unroutable, nacked, or never written). `unknown`: nobody can say, it may have been delivered.
 */
export type PublishOutcome =
  | { readonly outcome: 'queued' }
  | { readonly outcome: 'refused'; readonly reason: 'returned' | 'nacked' | 'not_written' }
  | { readonly outcome: 'unknown'; readonly reason: string };

interface Pending {
  returned: boolean;
  readonly settle: (outcome: PublishOutcome) => void;
}

interface Letter {
  readonly exchange: BrokerExchange;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly signedBy?: SessionKey | undefined;
}

export interface PublishOptions {
  /** The message's type by default. */
  readonly routingKey?: string;
  /** The session that the message is for, where it goes to an agent. */
  readonly signedBy?: SessionKey | undefined;
}

/** Not below the time in which a dead connection is noticed, or late confirms would count as unknown. */
const CONFIRM_DEADLINE_MS = 12_000;

/** Publishes with confirm and mandatory; never sends anything again by itself. */
export class Publisher {
  private readonly pending = new Map<string, Pending>();
  private readonly published: Counter<'type' | 'outcome'>;
  private channel: ConfirmChannel | undefined;

  constructor(
    private readonly connection: BrokerConnection,
    private readonly logger: Logger,
    metrics: Metrics,
    /** An agent's own session, which signs all that it says. */
    private readonly speaker: () => SessionKey | undefined = () => undefined,
  ) {
    this.published = metrics.counter('berth_messages_published_total');
    connection.keepChannel(async (model) => this.openChannel(model));
  }

  /** True where the broker would take a message now. */
  get canPublish(): boolean {
    return this.channel !== undefined && this.connection.blocked === undefined;
  }

  /** For the readiness probe. */
  async check(): Promise<void> {
    if (this.channel === undefined) {
      throw new Error('the channel for publishing is being opened again');
    }
  }

  async publish<T extends MessageType>(
    type: T,
    payload: MessageOf<T>,
    { routingKey = type, signedBy = this.speaker() }: PublishOptions = {},
  ): Promise<PublishOutcome> {
    return publishing(type, async () =>
      this.tell(type, {
        exchange: MESSAGES[type].exchange,
        routingKey,
        content: Buffer.from(JSON.stringify(payload)),
        headers: { version: MESSAGES[type].version, ...traceHeaders() },
        signedBy,
      }),
    );
  }

  /**
   * Wakes the scheduler when a task's time has come. An alarm clock and no more: the database knows the time, and a
   * lost alarm, or a delay longer than the last level, costs a regular look. Null where no alarm was set.
   */
  async setAlarm(taskId: string, delayMs: number): Promise<PublishOutcome | null> {
    const level = alarmLevelFor(delayMs);
    if (level === null) {
      return null;
    }
    const type = 'task.runnable';
    return this.tell(type, {
      exchange: 'alarms',
      routingKey: alarmKey(level),
      content: Buffer.from(JSON.stringify({ taskId } satisfies MessageOf<typeof type>)),
      headers: { version: MESSAGES[type].version },
    });
  }

  /** Sends a delivery to the dead letters with its bytes, and with the reason, which the broker could not know. */
  async bury(message: ConsumeMessage, burial: Burial): Promise<PublishOutcome> {
    return this.tell(message.properties.type as unknown, {
      exchange: 'deadLetters',
      routingKey: burial.service,
      content: message.content,
      headers: headersOfDeadLetter(message, burial),
    });
  }

  private async tell(named: unknown, letter: Letter): Promise<PublishOutcome> {
    const outcome = await this.send(named, letter);
    // A name from outside would make a time series of its own.
    const type = MESSAGE_TYPES.find((one) => one === named) ?? 'unknown';
    this.published.inc({ type, outcome: outcome.outcome === 'refused' ? outcome.reason : outcome.outcome });
    if (outcome.outcome !== 'queued') {
      const { exchange, routingKey } = letter;
      // An agent's queue may be gone with its agent; every other one has to be there, whether somebody reads it or not.
      if (outcome.reason === 'returned' && exchange !== 'tasks') {
        this.connection.doubt(`a message to ${EXCHANGES[exchange]} for ${routingKey} came back`);
      }
      this.logger.warn(
        { type, exchange, routingKey },
        `publishing ${type} to ${routingKey}: ${outcome.outcome}, ${outcome.reason}`,
      );
    }
    return outcome;
  }

  private async send(type: unknown, letter: Letter): Promise<PublishOutcome> {
    const { channel } = this;
    if (channel === undefined) {
      return { outcome: 'refused', reason: 'not_written' };
    }
    const messageId = randomUUID();
    return new Promise<PublishOutcome>((resolve) => {
      const timer = setTimeout(() => {
        this.pending
          .get(messageId)
          ?.settle({ outcome: 'unknown', reason: 'the broker did not confirm in time' });
      }, CONFIRM_DEADLINE_MS);
      const settle = (outcome: PublishOutcome): void => {
        clearTimeout(timer);
        this.pending.delete(messageId);
        resolve(outcome);
      };
      const entry: Pending = { returned: false, settle };
      this.pending.set(messageId, entry);
      try {
        channel.publish(
          EXCHANGES[letter.exchange],
          letter.routingKey,
          letter.content,
          {
            ...(typeof type === 'string' ? { type } : {}),
            messageId,
            mandatory: true,
            persistent: true,
            contentType: 'application/json',
            timestamp: Math.floor(Date.now() / 1000),
            headers: { ...letter.headers, ...signatureOf(letter, { type: String(type), messageId }) },
            ...(letter.exchange === 'reports' ? { userId: this.connection.username } : {}),
          },
          (error: unknown) => {
            settle(confirmOutcome(error, entry.returned));
          },
        );
      } catch {
        // The channel was closed already, so nothing left this process.
        settle({ outcome: 'refused', reason: 'not_written' });
      }
    });
  }

  private async openChannel(model: ChannelFactory): Promise<void> {
    const channel = await model.createConfirmChannel();
    // The broker sends a message back before it confirms it, so the mark is there in time.
    channel.on('return', (message: Message) => {
      const entry = this.pending.get(String(message.properties.messageId));
      if (entry !== undefined) {
        entry.returned = true;
      }
    });
    channel.on('error', (error: Error) => {
      this.logger.warn(`publisher's channel: ${error.message}`);
      // An exchange is gone, and with it the bindings of every queue.
      this.connection.doubt(`the publisher's channel was closed: ${error.message}`);
    });
    if (this.connection.declares) {
      await assertTopology(channel);
    }
    // Before amqplib's own listener, which gives each message that waits for its confirm the error of a refused one.
    channel.prependListener('close', () => {
      if (this.channel === channel) {
        this.channel = undefined;
      }
      for (const entry of [...this.pending.values()]) {
        entry.settle({ outcome: 'unknown', reason: 'the connection was lost before the confirm' });
      }
    });
    this.channel = channel;
  }
}

function signatureOf(
  { signedBy, content }: Letter,
  named: { readonly type: string; readonly messageId: string },
): Record<string, string> {
  return signedBy === undefined ? {} : signatureHeaders(signedBy, { ...named, content });
}

function confirmOutcome(error: unknown, returned: boolean): PublishOutcome {
  if (error === null || error === undefined) {
    return returned ? { outcome: 'refused', reason: 'returned' } : { outcome: 'queued' };
  }
  return { outcome: 'refused', reason: 'nacked' };
}
