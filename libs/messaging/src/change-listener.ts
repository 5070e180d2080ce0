import type { MessageOf } from '@berth/contracts';
import type { Logger, Metrics } from '@berth/observability';
import type { Channel, ConsumeMessage } from 'amqplib';
import { BrokerConnection } from './broker-connection.js';
import type { ChangeMade } from './change-announcer.js';
import type { ChannelFactory } from './kept-channel.js';
import { parseMessage } from './parse-message.js';
import { PROBE_TYPE, probeTopology } from './topology-probe.js';
import { assertChanges, changesQueue, EXCHANGES } from './topology.js';

export interface ChangeListenerOptions {
  readonly url: string;
  readonly waitMs: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Is quick and throws nothing. */
  readonly hear: (changes: readonly ChangeMade[]) => void;
}

/** Somebody may take the exchange or the binding away, which a channel does not notice: that is looked for. */
const LOOK_MS = 5_000;

/**
 * Hears what every process says of changes, on a queue that goes with the connection. A message that is lost, or that
 * nobody can read, costs time.
 */
export class ChangeListener {
  private readonly connection: BrokerConnection;
  private channel: { readonly channel: Channel; readonly queue: string } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: ChangeListenerOptions) {
    const { url, waitMs, logger, metrics } = options;
    this.connection = new BrokerConnection({ url, name: 'api changes', waitMs, logger });
    metrics.watchBroker('changes', this.connection);
    this.connection.keepChannel(async (model) => this.openChannel(model));
  }

  /** @throws Error where the broker does not answer in time */
  async open(): Promise<void> {
    await this.connection.open();
    this.timer = setInterval(() => void this.look().catch(() => undefined), LOOK_MS);
    this.timer.unref();
  }

  /** For the readiness probe. */
  async check(): Promise<void> {
    await this.connection.check();
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.connection.close();
  }

  private async look(): Promise<void> {
    const { current } = this.connection;
    if (current !== undefined) {
      await probeTopology(current, []).catch((error: unknown) => {
        this.connection.doubt(error instanceof Error ? error.message : String(error));
      });
    }
    await this.bind();
  }

  private async bind(): Promise<void> {
    if (this.channel !== undefined) {
      const { channel, queue } = this.channel;
      await assertChanges(channel);
      await channel.bindQueue(queue, EXCHANGES.changes, '');
    }
  }

  private async openChannel(model: ChannelFactory): Promise<void> {
    const channel = await model.createChannel();
    channel.on('error', (error: Error) => {
      this.options.logger.warn(`the listener for changes: ${error.message}`);
    });
    channel.on('close', () => {
      if (this.channel?.channel === channel) {
        this.channel = undefined;
      }
    });
    await assertChanges(channel);
    const { queue } = await channel.assertQueue('', changesQueue);
    this.channel = { channel, queue };
    await this.bind();
    await channel.consume(
      queue,
      (message) => {
        if (message === null) {
          // The broker took the queue away; a closed channel is made again together with the queue.
          void channel.close().catch(() => undefined);
        } else {
          this.take(message);
        }
      },
      { noAck: true, exclusive: true },
    );
  }

  private take(message: ConsumeMessage): void {
    if (message.properties.type === PROBE_TYPE) {
      return;
    }
    try {
      const { changes } = parseMessage(message).payload as MessageOf<'changes.made'>;
      this.options.hear(changes);
    } catch (error) {
      this.options.logger.debug(`a message about changes could not be read: ${String(error)}`);
    }
  }
}
