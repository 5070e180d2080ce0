import { MESSAGES, MESSAGE_TYPES, type MessageType, type ServiceName } from '@berth/contracts';
import type { Counter, Logger, Metrics } from '@berth/observability';
import { BaseRpcContext, Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { isObservable, lastValueFrom } from 'rxjs';
import type { BrokerConnection } from './broker-connection.js';
import { parseMessage } from './parse-message.js';
import { PermanentMessageError } from './permanent-message-error.js';
import { assertQueue, assertTopology, type QueueSpec } from './topology.js';

export interface BerthServerOptions {
  readonly service: ServiceName;
  readonly connection: BrokerConnection;
  readonly queue: QueueSpec;
  /** How many deliveries may be in hand at a time. */
  readonly prefetch: number;
  /** How long a stop waits for handlers in hand, in milliseconds. */
  readonly drainMs: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 10_000;
const REOPEN_MS = 1_000;

/**
 * Feeds a service's @EventPattern and @MessagePattern handlers from its queue. The one place that settles a delivery:
 * a handler that returns acknowledges it; one that throws gives it back after a pause; what nobody can read or do,
 * ever, goes to the dead letters with its bytes.
 */
export class BerthServer extends Server implements CustomTransportStrategy {
  private readonly inHand = new Set<Promise<void>>();
  private readonly settled: Counter<'type' | 'outcome'>;
  private channel: Channel | undefined;
  private consumerTag: string | undefined;
  private failuresInARow = 0;
  private closing = false;

  constructor(private readonly options: BerthServerOptions) {
    super();
    this.settled = options.metrics.counter(
      'berth_deliveries_settled_total',
      'Deliveries by how they were settled',
      ['type', 'outcome'],
    );
    options.connection.onConnect(async (model) => this.consume(model));
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
    const { channel, consumerTag } = this;
    if (channel !== undefined && consumerTag !== undefined) {
      await channel.cancel(consumerTag).catch((error: unknown) => {
        this.options.logger.debug(`cancelling the consumer: ${String(error)}`);
      });
    }
    await this.drain();
    await this.options.connection.close();
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

  private async consume(model: ChannelModel): Promise<void> {
    const channel = await model.createChannel();
    channel.on('error', (error: Error) => {
      this.options.logger.warn({ queue: this.options.queue.name }, `consumer's channel: ${error.message}`);
    });
    channel.on('close', () => {
      this.reopen(channel, model);
    });
    await assertTopology(channel);
    await assertQueue(channel, this.options.queue);
    await channel.prefetch(this.options.prefetch);
    const { consumerTag } = await channel.consume(this.options.queue.name, (message) => {
      if (message === null) {
        // The broker took the queue away; a closed channel is made again together with the queue.
        void channel.close().catch(() => undefined);
        return;
      }
      this.take(channel, message);
    });
    this.channel = channel;
    this.consumerTag = consumerTag;
  }

  /** A channel can die alone; after a lost connection the connection's own setup makes a new one. */
  private reopen(dead: Channel, model: ChannelModel): void {
    if (this.channel !== dead || this.closing) {
      return;
    }
    this.channel = undefined;
    const again = (): void => {
      if (this.closing || this.channel !== undefined || this.options.connection.current !== model) {
        return;
      }
      this.consume(model).catch((error: unknown) => {
        this.options.logger.warn(
          { queue: this.options.queue.name },
          `consuming again failed: ${String(error)}`,
        );
        setTimeout(again, REOPEN_MS);
      });
    };
    setTimeout(again, REOPEN_MS);
  }

  private take(channel: Channel, message: ConsumeMessage): void {
    const work = this.handle(channel, message).catch((error: unknown) => {
      // Settling failed because the channel is gone: the broker delivers the message again.
      this.options.logger.debug(`a delivery could not be settled: ${String(error)}`);
    });
    this.inHand.add(work);
    void work.finally(() => this.inHand.delete(work));
  }

  private async handle(channel: Channel, message: ConsumeMessage): Promise<void> {
    const named = String(message.properties.type);
    try {
      const { type, payload } = parseMessage(message);
      const answer = await this.callHandler(type, payload, message);
      this.reply(channel, message, answer);
      channel.ack(message);
      this.failuresInARow = 0;
      this.settled.inc({ type, outcome: 'acked' });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof PermanentMessageError) {
        this.options.logger.error(
          { type: named, messageId: String(message.properties.messageId) },
          `dead letter: ${reason}`,
        );
        channel.nack(message, false, false);
        this.settled.inc({ type: named, outcome: 'dead_lettered' });
        return;
      }
      await this.giveBackLater(channel, message, reason);
    }
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

  private async drain(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.options.logger.warn(
          `${this.inHand.size} deliveries were still in hand at the end; they come again`,
        );
        resolve();
      }, this.options.drainMs);
    });
    await Promise.race([Promise.allSettled([...this.inHand]), late]);
    clearTimeout(timer);
  }
}
