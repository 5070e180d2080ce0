import type { Logger } from '@berth/observability';
import { connect, type Channel, type ChannelModel, type RecoveringChannelModel } from 'amqplib';
import { atMost } from './at-most.js';
import { TopologyMismatch } from './topology-mismatch.js';

export interface BrokerOptions {
  readonly url: string;
  /** Shown by the broker, for example `scheduler publisher`. */
  readonly name: string;
  /** How long to wait for a broker that is not there yet, in milliseconds. */
  readonly waitMs: number;
  readonly logger: Logger;
}

/** Seconds. A dead peer is noticed within two of them. */
const HEARTBEAT_SECONDS = 5;
const CONNECT_TIMEOUT_MS = 10_000;
/** A broker that answers does so at once; the answer of one that does not is never heard. */
const CLOSE_TIMEOUT_MS = 3_000;
const REOPEN_MS = 1_000;

/**
 * One connection that comes back by itself, with the channels that were asked for in `keepChannel`. Publishing and
 * consuming each have a connection of their own, because a broker in need blocks publishing ones.
 */
export class BrokerConnection {
  private readonly setups: ((model: ChannelModel) => Promise<void>)[] = [];
  private recovering: RecoveringChannelModel | undefined;
  private model: ChannelModel | undefined;
  private blockedReason: string | undefined;
  private closing = false;

  constructor(private readonly options: BrokerOptions) {}

  /**
   * Opens a channel at every connection, in the order of registration, and again where it died alone. `openChannel`
   * gives null where none is wanted any more. Register before `open`.
   */
  keepChannel(openChannel: (model: ChannelModel) => Promise<Channel | null>): void {
    const keep = async (model: ChannelModel): Promise<void> => {
      const channel = await openChannel(model);
      channel?.once('close', () => {
        this.keepAgain(model, keep);
      });
    };
    this.setups.push(keep);
  }

  /**
   * @throws TopologyMismatch
   * @throws Error with the broker's address and no secret when it did not answer in time
   */
  async open(): Promise<void> {
    const { logger, name, waitMs } = this.options;
    const url = new URL(this.options.url);
    url.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
    const recovering = await connect(url.href, {
      clientProperties: { connection_name: `berth ${name}` },
      timeout: CONNECT_TIMEOUT_MS,
      recovery: {
        waitForConnect: false,
        initialDelay: 250,
        maxDelay: 5_000,
        setup: async (model: ChannelModel) => {
          await this.connected(model);
        },
      },
    });
    this.recovering = recovering;
    // It repeats the connection's errors, which are logged below; without a listener each would end the process.
    recovering.on('error', () => undefined);
    recovering.on('disconnect', (error) => {
      this.model = undefined;
      this.blockedReason = undefined;
      if (!this.closing) {
        logger.warn(
          { connection: name },
          `lost the connection to ${this.place}: ${error.message}; connecting again`,
        );
      }
    });
    recovering.on('connect-failed', (error) => {
      if (error instanceof TopologyMismatch) {
        logger.error({ connection: name }, error.message);
      } else {
        logger.warn({ connection: name }, `${this.place} does not answer: ${error.message}; trying again`);
      }
    });
    recovering.on('reconnect-failed', (error) => {
      logger.error({ connection: name }, `gave up connecting to ${this.place}: ${error.message}`);
    });
    let timer: NodeJS.Timeout | undefined;
    const failed = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`${this.place} (AMQP_URL) did not answer within ${waitMs / 1000} s`));
      }, waitMs);
      recovering.on('connect-failed', (error) => {
        if (error instanceof TopologyMismatch) {
          reject(error);
        }
      });
    });
    try {
      await Promise.race([recovering.waitForConnect(), failed]);
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  get isOpen(): boolean {
    return this.model !== undefined;
  }

  /** Why the broker takes nothing from us now, undefined where it does. */
  get blocked(): string | undefined {
    return this.blockedReason;
  }

  /** The present connection. */
  get current(): ChannelModel | undefined {
    return this.model;
  }

  /** For the readiness probe. */
  async check(): Promise<void> {
    if (!this.isOpen) {
      throw new Error(`not connected to ${this.place}`);
    }
    if (this.blockedReason !== undefined) {
      throw new Error(`${this.place} blocks us: ${this.blockedReason}`);
    }
  }

  /** Says goodbye to a broker that hears it. */
  async close(): Promise<void> {
    this.closing = true;
    if (this.recovering !== undefined && !(await atMost(CLOSE_TIMEOUT_MS, this.recovering.close()))) {
      this.options.logger.warn({ connection: this.options.name }, `${this.place} did not hear the goodbye`);
    }
    this.model = undefined;
  }

  private keepAgain(model: ChannelModel, keep: (model: ChannelModel) => Promise<void>): void {
    setTimeout(() => {
      // After a lost connection the next one opens its own channels.
      if (this.closing || this.model !== model) {
        return;
      }
      keep(model).catch((error: unknown) => {
        const { logger, name } = this.options;
        logger.warn({ connection: name }, `opening a channel again failed: ${String(error)}`);
        this.keepAgain(model, keep);
      });
    }, REOPEN_MS);
  }

  private async connected(model: ChannelModel): Promise<void> {
    const { logger, name } = this.options;
    model.on('error', (error: Error) => {
      logger.warn({ connection: name }, `connection error: ${error.message}`);
    });
    model.on('blocked', (reason: string) => {
      this.blockedReason = reason;
      logger.warn({ connection: name }, `the broker blocks publishing: ${reason}`);
    });
    model.on('unblocked', () => {
      this.blockedReason = undefined;
      logger.info({ connection: name }, 'the broker takes messages again');
    });
    for (const setup of this.setups) {
      await setup(model);
    }
    this.model = model;
    logger.debug({ connection: name }, `connected to ${this.place}`);
  }

  private get place(): string {
    const { hostname, port } = new URL(this.options.url);
    return `RabbitMQ at ${hostname}:${port === '' ? '5672' : port}`;
  }
}
