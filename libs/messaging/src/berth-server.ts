import { setTimeout as pause } from 'node:timers/promises';
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
import { TriesEnded, tryUntilDone, type Pauses } from './tries.js';

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
  /** Between the tries of a message. */
  readonly pauses?: Pauses;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const PAUSES: Pauses = { firstMs: 200, lastMs: 10_000 };

/**
 * Feeds a service's @EventPattern and @MessagePattern handlers from its queues. The one place that settles a delivery:
 * a handler that returns acknowledges it; one that throws is tried again after a pause, with the delivery in hand: one that is
 * given back too often is taken from us by the broker, however long the database is away. What nobody can read or do, ever, or
 * failed again and again though all was there, goes to the dead letters with its bytes and the reason.
 */
export class BerthServer extends Server implements CustomTransportStrategy {
  private readonly settled: Counter<'type' | 'outcome'>;
  private readonly consumers: readonly QueueConsumer[];
  private readonly senders: Senders;
  private readonly pauses: Pauses;

  constructor(private readonly options: BerthServerOptions) {
    super();
    this.settled = options.metrics.counter('berth_deliveries_settled_total');
    this.senders = new Senders(options.findSession, () => options.connection.username);
    this.pauses = options.pauses ?? PAUSES;
    const { connection, queues, prefetch, drainMs, logger } = options;
    this.consumers = queues.map(
      (queue) =>
        new QueueConsumer({
          connection,
          queue,
          prefetch,
          drainMs,
          logger,
          take: async (channel, message, ended) => this.handle({ channel, message, queue, ended }),
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

  private async handle(delivery: Delivery): Promise<void> {
    const { channel, message } = delivery;
    let parsed: { readonly type: MessageType; readonly payload: unknown };
    try {
      const sender = await this.untilDone(delivery, async () => this.senders.senderOf(message));
      const { type, payload } = parseMessage(message);
      parsed = { type, payload: saidBy(sender, payload) };
    } catch (error) {
      await this.settleFailed(delivery, error);
      return;
    }
    const { type, payload } = parsed;
    await about({ headers: message.properties.headers, payload }, async () => {
      const began = performance.now();
      let answer: unknown;
      try {
        answer = await this.untilDone(delivery, async () =>
          processing(type, async () => this.callHandler(type, payload, message)),
        );
      } catch (error) {
        await this.settleFailed(delivery, error);
        return;
      }
      this.reply(channel, message, answer);
      channel.ack(message);
      this.settled.inc({ type, outcome: 'acked' });
      const seconds = (performance.now() - began) / 1_000;
      this.options.logger.debug({ type, seconds }, `handled ${type}`);
    });
  }

  private async untilDone<T>({ message, queue, ended }: Delivery, work: () => Promise<T>): Promise<T> {
    return tryUntilDone(work, {
      pauses: this.pauses,
      ended,
      lifeMs: lifeOf(message, queue),
      isPermanent: (error) => error instanceof PermanentMessageError,
      failed: (reason, pauseMs) => {
        const type = String(message.properties.type);
        this.options.logger.warn({ type }, `handling ${type} failed: ${reason}; next try in ${pauseMs} ms`);
      },
    });
  }

  private async settleFailed(delivery: Delivery, error: unknown): Promise<void> {
    if (error instanceof TriesEnded) {
      this.giveBack(delivery);
    } else {
      await this.bury(delivery, error instanceof Error ? error.message : String(error));
    }
  }

  /**
   * Where our own way to the dead letters is closed, the broker's stays: it keeps the bytes and knows no reason. It
   * drops what it finds no queue for, so that is declared first; what could be kept nowhere is given back.
   */
  private async bury(delivery: Delivery, reason: string): Promise<void> {
    const { channel, message, queue, ended } = delivery;
    const { logger, publisher, service } = this.options;
    const type = String(message.properties.type);
    logger.error({ type, messageId: String(message.properties.messageId) }, `dead letter: ${reason}`);
    const buried = await publisher?.bury(message, { service, queue: queue.name, reason });
    if (buried?.outcome === 'queued') {
      channel.ack(message);
    } else if (publisher === null || (await this.options.connection.declareDeadLetters())) {
      channel.nack(message, false, false);
    } else {
      logger.warn({ type }, `the dead letters take nothing: ${type} is given back`);
      await pause(this.pauses.lastMs, undefined, { signal: ended }).catch(() => undefined);
      this.giveBack(delivery);
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

  private giveBack({ channel, message }: Delivery): void {
    channel.nack(message, false, true);
    this.settled.inc({ type: String(message.properties.type), outcome: 'given_back' });
  }
}

/** One message that was delivered, and the channel that settles it. */
interface Delivery {
  readonly channel: Channel;
  readonly message: ConsumeMessage;
  readonly queue: QueueSpec;
  readonly ended: AbortSignal;
}

/**
 * How long the broker would have kept the message, had it not been taken: given back after that, it is dropped. What an agent
 * said long ago, or asked without waiting any longer, is not true any more.
 */
function lifeOf(message: ConsumeMessage, queue: QueueSpec): number {
  const expiration: unknown = message.properties.expiration;
  return Math.min(
    queue.options.messageTtl ?? Infinity,
    expiration === undefined ? Infinity : Number(expiration),
  );
}
