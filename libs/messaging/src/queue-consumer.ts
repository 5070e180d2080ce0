import type { Logger } from '@berth/observability';
import type { Channel, ConsumeMessage } from 'amqplib';
import { atMost } from './at-most.js';
import type { BrokerConnection } from './broker-connection.js';
import type { ChannelFactory } from './kept-channel.js';
import { PROBE_TYPE } from './topology-probe.js';
import { assertQueue, assertTopology, type QueueSpec } from './topology.js';

export interface QueueConsumerOptions {
  readonly connection: BrokerConnection;
  readonly queue: QueueSpec;
  /** How many deliveries may be in hand at a time. */
  readonly prefetch: number;
  /** How long a stop waits for deliveries in hand, in milliseconds. */
  readonly drainMs: number;
  readonly logger: Logger;
  /** Settles the delivery; gives back at its next pause what is still to be done once `ended` is aborted. */
  readonly take: (channel: Channel, message: ConsumeMessage, ended: AbortSignal) => Promise<void>;
}

const CANCEL_TIMEOUT_MS = 3_000;

/** Consumes one queue on a channel of its own, through every loss of channel, queue or connection. */
export class QueueConsumer {
  private readonly inHand = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private channel: Channel | undefined;
  private consumerTag: string | undefined;
  private closing = false;

  constructor(private readonly options: QueueConsumerOptions) {
    options.connection.keepChannel(async (model) => this.consume(model));
  }

  /** Takes nothing new, lets what is in hand finish, then closes the connection. */
  async close(): Promise<void> {
    await this.drain();
    await this.options.connection.close();
  }

  /** Takes nothing new, and lets what is in hand finish. */
  async drain(): Promise<void> {
    this.closing = true;
    this.stopping.abort();
    const { channel, consumerTag } = this;
    if (channel !== undefined && consumerTag !== undefined) {
      await atMost(CANCEL_TIMEOUT_MS, channel.cancel(consumerTag));
    }
    if (!(await atMost(this.options.drainMs, Promise.allSettled([...this.inHand])))) {
      this.options.logger.warn(
        `${this.inHand.size} deliveries were still in hand at the end; they come again`,
      );
    }
  }

  /** For the readiness probe. */
  async check(): Promise<void> {
    if (this.channel === undefined) {
      throw new Error(`${this.options.queue.name} is not consumed now`);
    }
  }

  private async consume(model: ChannelFactory): Promise<void> {
    if (this.closing) {
      return;
    }
    const channel = await model.createChannel();
    const closed = new AbortController();
    const ended = AbortSignal.any([closed.signal, this.stopping.signal]);
    channel.on('close', () => {
      closed.abort();
      if (this.channel === channel) {
        this.channel = undefined;
      }
    });
    channel.on('error', (error: Error) => {
      this.options.logger.warn({ queue: this.options.queue.name }, `consumer's channel: ${error.message}`);
    });
    const { connection, queue } = this.options;
    if (connection.declares) {
      await assertTopology(channel);
      await assertQueue(channel, queue);
    }
    await channel.prefetch(this.options.prefetch);
    this.channel = channel;
    const consuming = channel.consume(queue.name, (message) => {
      if (message === null) {
        // The broker took the queue away; a closed channel is made again together with the queue.
        this.channel = undefined;
        void channel.close().catch(() => undefined);
        return;
      }
      if (message.properties.type === PROBE_TYPE) {
        channel.ack(message);
        return;
      }
      this.take(channel, message, ended);
    });
    const { consumerTag } = await consuming.catch((error: unknown) => {
      connection.isShut();
      throw error;
    });
    this.consumerTag = consumerTag;
  }

  private take(channel: Channel, message: ConsumeMessage, ended: AbortSignal): void {
    const work = this.options.take(channel, message, ended).catch((error: unknown) => {
      // Settling failed because the channel is gone: the broker delivers the message again.
      this.options.logger.debug(`a delivery could not be settled: ${String(error)}`);
    });
    this.inHand.add(work);
    void work.finally(() => this.inHand.delete(work));
  }
}
