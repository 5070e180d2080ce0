import type { Logger } from '@berth/observability';
import { connect, type ChannelModel, type RecoveringChannelModel } from 'amqplib';

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

/**
 * One connection that comes back by itself. Channels do not survive a reconnect: whoever uses them makes them in
 * `onConnect`, which runs at every connection. Publishing and consuming each have a connection of their own, because
 * a broker in need blocks publishing ones.
 */
export class BrokerConnection {
  private readonly setups: ((model: ChannelModel) => Promise<void>)[] = [];
  private recovering: RecoveringChannelModel | undefined;
  private model: ChannelModel | undefined;
  private blockedReason: string | undefined;
  private closing = false;

  constructor(private readonly options: BrokerOptions) {}

  /** Runs at every connection, in the order of registration. Register before `open`. */
  onConnect(setup: (model: ChannelModel) => Promise<void>): void {
    this.setups.push(setup);
  }

  /** @throws Error with the broker's address and no secret when it did not answer in time */
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
      logger.warn({ connection: name }, `${this.place} does not answer: ${error.message}; trying again`);
    });
    recovering.on('reconnect-failed', (error) => {
      logger.error({ connection: name }, `gave up connecting to ${this.place}: ${error.message}`);
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`${this.place} (AMQP_URL) did not answer within ${waitMs / 1000} s`));
      }, waitMs);
    });
    try {
      await Promise.race([recovering.waitForConnect(), late]);
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

  /** The present connection, for whoever has to make a lost channel again. */
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

  async close(): Promise<void> {
    this.closing = true;
    await this.recovering?.close().catch((error: unknown) => {
      this.options.logger.debug({ connection: this.options.name }, `closing: ${String(error)}`);
    });
    this.model = undefined;
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
