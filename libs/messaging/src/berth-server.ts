import { MESSAGES, MESSAGE_TYPES, type MessageType, type ServiceName } from '@berth/contracts';
import type { Counter, Logger, Metrics } from '@berth/observability';
import { BaseRpcContext, Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { Channel, ConsumeMessage } from 'amqplib';
import { isObservable, lastValueFrom } from 'rxjs';
import type { BrokerConnection } from './broker-connection.js';
import { parseMessage } from './parse-message.js';
import { PermanentMessageError } from './permanent-message-error.js';
import type { Publisher } from './publisher.js';
import { QueueConsumer } from './queue-consumer.js';
import { saidBy, Senders, type FindSession } from './senders.js';
import type { QueueSpec } from './topology.js';
import { about, processing } from './traced-messages.js';

export interface BerthServerOptions {
  readonly service: ServiceName;
  readonly connection: BrokerConnection;
  /** Carries what cannot be handled to the dead letters; null where only the broker may. */
  readonly publisher: Pick<Publisher, 'bury'> | null;
  readonly findSession: FindSession;
  readonly queues: readonly QueueSpec[];
  /** How many deliveries of each queue may be in hand at a time. */
  readonly prefetch: number;
  /** How long a stop waits for handlers in hand, in milliseconds. */
  readonly drainMs: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 10_000;

/**
 * Feeds a service's @EventPattern and @MessagePattern handlers from its queues. The one place that settles a delivery:
 * a handler that returns acknowledges it; one that throws gives it back after a pause; what nobody can read or do,
 * ever, goes to the dead letters with its bytes and the reason.
 */
export class BerthServer extends Server implements CustomTransportStrategy {
  private readonly settled: Counter<'type' | 'outcome'>;
  private readonly consumers: readonly QueueConsumer[];
  private readonly senders: Senders;
  private failuresInARow = 0;
  private closing = false;

  constructor(private readonly options: BerthServerOptions) {
    super();
    this.settled = options.metrics.counter('berth_deliveries_settled_total');
    this.senders = new Senders(options.findSession, () => options.connection.username);
    const { connection, queues, prefetch, drainMs, logger } = options;
    this.consumers = queues.map(
      (queue) =>
        new QueueConsumer({
          connection,
          queue,
          prefetch,
          drainMs,
          logger,
          take: async (channel, message) => this.handle(channel, message, queue.name),
        }),
    );
  }

  /** Refuses to start half-wired, then opens the connection, which begins to consume. */
  listen(callback: (error?: unknown) => void): void {
    try {
      this.checkHandlers();
    } catch (error) {
      callback(error);
      return;
    }
    this.options.connection.open().then(() => {
      callback();
    }, callback);
  }

  /** Takes nothing new, lets handlers finish, then closes. */
  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.consumers.map(async (consumer) => consumer.drain()));
    await this.options.connection.close();
  }

  /** For the readiness probe: connected, and every queue is consumed. */
  async check(): Promise<void> {
    await this.options.connection.check();
    await Promise.all(this.consumers.map(async (consumer) => consumer.check()));
  }

  on(): void {
    throw new Error('the broker connection has its own events');
  }

  unwrap<T>(): T {
    return this.options.connection as T;
  }

  private checkHandlers(): void {
    const wanted = MESSAGE_TYPES.filter((type) => MESSAGES[type].to === this.options.service);
    const present = [...this.messageHandlers.keys()];
    const missing = wanted.filter((type) => !present.includes(type));
    const unknown = present.filter((type) => !wanted.some((one) => one === type));
    if (missing.length > 0 || unknown.length > 0) {
      throw new Error(
        `${this.options.service} is half-wired: no handler for [${missing.join(', ')}], ` +
          `handlers for messages that are not sent to it [${unknown.join(', ')}]`,
      );
    }
  }

  private async handle(channel: Channel, message: ConsumeMessage, queue: string): Promise<void> {
    let parsed: { readonly type: MessageType; readonly payload: unknown };
    try {
      const sender = await this.senders.senderOf(message);
      const { type, payload } = parseMessage(message);
      parsed = { type, payload: saidBy(sender, payload) };
    } catch (error) {
      await this.settleFailed(channel, message, queue, error);
      return;
    }
    const { type, payload } = parsed;
    await about({ headers: message.properties.headers, payload }, async () => {
      const began = performance.now();
      try {
        const answer = await processing(type, async () => this.callHandler(type, payload, message));
        this.reply(channel, message, answer);
        channel.ack(message);
        this.failuresInARow = 0;
        this.settled.inc({ type, outcome: 'acked' });
        const seconds = (performance.now() - began) / 1_000;
        this.options.logger.debug({ type, seconds }, `handled ${type}`);
      } catch (error) {
        await this.settleFailed(channel, message, queue, error);
      }
    });
  }

  private async settleFailed(
    channel: Channel,
    message: ConsumeMessage,
    queue: string,
    error: unknown,
  ): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof PermanentMessageError) {
      await this.bury(channel, message, { queue, reason });
      return;
    }
    await this.giveBackLater(channel, message, reason);
  }

  /**
   * Where our own way to the dead letters is closed, the broker's stays: it keeps the bytes and knows no reason. It
   * drops what it finds no queue for, so that is declared first; what could be kept nowhere is given back.
   */
  private async bury(
    channel: Channel,
    message: ConsumeMessage,
    { queue, reason }: { readonly queue: string; readonly reason: string },
  ): Promise<void> {
    const { logger, publisher, service } = this.options;
    const type = String(message.properties.type);
    logger.error({ type, messageId: String(message.properties.messageId) }, `dead letter: ${reason}`);
    const buried = await publisher?.bury(message, { service, queue, reason });
    if (buried?.outcome === 'queued') {
      channel.ack(message);
    } else if (publisher === null || (await this.options.connection.declareDeadLetters())) {
      channel.nack(message, false, false);
    } else {
      await this.giveBackLater(channel, message, `the dead letters take nothing: ${reason}`);
      return;
    }
    this.settled.inc({ type, outcome: 'dead_lettered' });
  }

  private async callHandler(type: MessageType, payload: unknown, message: ConsumeMessage): Promise<unknown> {
    const handler = this.messageHandlers.get(type);
    if (handler === undefined) {
      throw new PermanentMessageError(`${type} is not for ${this.options.service}`);
    }
    const result: unknown = await handler(payload, new BaseRpcContext([message]));
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  }

  private reply(channel: Channel, message: ConsumeMessage, answer: unknown): void {
    const replyTo: unknown = message.properties.replyTo;
    if (typeof replyTo === 'string' && answer !== undefined) {
      channel.sendToQueue(replyTo, Buffer.from(JSON.stringify(answer)), {
        correlationId: String(message.properties.correlationId),
        contentType: 'application/json',
      });
    }
  }

  /** The pause keeps a message that fails for now (database away) from going round in a hot loop. */
  private async giveBackLater(channel: Channel, message: ConsumeMessage, reason: string): Promise<void> {
    const type = String(message.properties.type);
    const pauseMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.failuresInARow, 10));
    this.failuresInARow += 1;
    this.options.logger.warn({ type }, `handling ${type} failed: ${reason}; will try again in ${pauseMs} ms`);
    if (!this.closing) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    channel.nack(message, false, true);
    this.settled.inc({ type, outcome: 'given_back' });
  }
}
