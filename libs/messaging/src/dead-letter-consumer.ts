import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@berth/observability';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { BrokerConnection } from './broker-connection.js';
import { deadLetterOf, hasExpired, type DeadLetter } from './dead-letter.js';
import { QueueConsumer } from './queue-consumer.js';
import { DEAD_LETTER_QUEUE } from './topology.js';

export interface DeadLetterConsumerOptions {
  readonly connection: BrokerConnection;
  readonly prefetch: number;
  readonly drainMs: number;
  readonly logger: Logger;
  /** Commits the letter before it returns. */
  readonly keep: (letter: DeadLetter) => Promise<void>;
}

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 10_000;

/** Empties the dead letters' queue into the database; a message leaves the broker when it is kept there. */
export class DeadLetterConsumer {
  private readonly consumer: QueueConsumer;
  private readonly stopping = new AbortController();

  constructor(private readonly options: DeadLetterConsumerOptions) {
    const { connection, prefetch, drainMs, logger } = options;
    this.consumer = new QueueConsumer({
      connection,
      queue: DEAD_LETTER_QUEUE,
      prefetch,
      drainMs,
      logger,
      take: async (channel, message) => this.take(channel, message),
    });
  }

  async open(): Promise<void> {
    await this.options.connection.open();
  }

  /** For the readiness probe: connected, and the queue is consumed. */
  async check(): Promise<void> {
    await this.options.connection.check();
    await this.consumer.check();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.consumer.close();
  }

  private async take(channel: Channel, message: ConsumeMessage): Promise<void> {
    if (hasExpired(message) || (await this.keepWhileRunning(deadLetterOf(message, new Date())))) {
      channel.ack(message);
    } else {
      channel.nack(message, false, true);
    }
  }

  /** A letter is held until it is kept: one that is given back too often is dropped by RabbitMQ 4. */
  private async keepWhileRunning(letter: DeadLetter): Promise<boolean> {
    const { signal } = this.stopping;
    for (let failures = 0; ; failures += 1) {
      try {
        await this.options.keep(letter);
        return true;
      } catch (error) {
        const retryMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10));
        this.options.logger.warn(`a dead letter was not kept: ${String(error)}; next try in ${retryMs} ms`);
        await pause(retryMs, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) {
          return false;
        }
      }
    }
  }
}
