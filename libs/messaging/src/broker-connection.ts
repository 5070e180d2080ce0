import type { Logger } from '@berth/observability';
import { connect, type ChannelModel, type RecoveringChannelModel } from 'amqplib';
import { atMost } from './at-most.js';
import { KeptChannel, type ChannelFactory } from './kept-channel.js';
import { TopologyKeeper } from './topology-keeper.js';
import { TopologyMismatch } from './topology-mismatch.js';
import type { QueueSpec } from './topology.js';

export interface BrokerOptions {
  readonly url: string;
  /** Shown by the broker, for example `scheduler publisher`. */
  readonly name: string;
  /** How long to wait for a broker that is not there yet, in milliseconds. */
  readonly waitMs: number;
  readonly logger: Logger;
  /** Queues whose place on the broker this connection looks after while it is open, beside all exchanges. */
  readonly watched?: readonly QueueSpec[];
  /** Called whenever what should be on the broker is declared again. */
  readonly onRepair?: () => void;
  /** Of an agent; without it the connection is a service's, which declares what is missing on the broker. */
  readonly guest?: GuestOptions;
}

/** What a connection needs that may declare nothing, and whose user comes and goes with the agent's session. */
export interface GuestOptions {
  /** As whom it connects from now on; null: as the address says. */
  readonly login: () => BrokerLogin | null;
  /**
   * The broker knows its user no more, or what it needs is not there: only a new session helps. Told with the name under
   * which that was seen.
   */
  readonly onShut: (username: string) => void;
}

export interface BrokerLogin {
  readonly username: string;
  readonly password: string;
}

/** Seconds. A dead peer is noticed within two of them. */
const HEARTBEAT_SECONDS = 5;
const CONNECT_TIMEOUT_MS = 10_000;
/** A broker that answers does so at once; the answer of one that does not is never heard. */
const CLOSE_TIMEOUT_MS = 3_000;

/**
 * One connection that comes back by itself, with the channels that were asked for in `keepChannel`. Publishing and
 * consuming each have a connection of their own, because a broker in need blocks publishing ones.
 */
export class BrokerConnection {
  private readonly channels: KeptChannel[] = [];
  private readonly topology: TopologyKeeper;
  private recovering: RecoveringChannelModel | undefined;
  /** The newest connection, which may still be without its channels. */
  private newest: ChannelModel | undefined;
  private model: ChannelModel | undefined;
  private blockedReason: string | undefined;
  private closing = false;
  /** The user of the last connection, or of the last try. */
  private connectedAs = '';

  constructor(private readonly options: BrokerOptions) {
    const { name, logger, watched = null, onRepair } = options;
    const model = (): ChannelModel | undefined => (this.blockedReason === undefined ? this.model : undefined);
    this.topology = new TopologyKeeper({ model, watched, name, logger, onRepair });
  }

  /** Opens a channel at every connection, in the order of registration, and again where it died alone. Register before `open`. */
  keepChannel(open: (channels: ChannelFactory) => Promise<void>): void {
    const { name, logger } = this.options;
    const isWanted = (model: ChannelModel): boolean => !this.closing && this.newest === model;
    this.channels.push(new KeptChannel({ open, isWanted, name, logger }));
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
      // Else a message waits for the broker's acknowledgement of the packet before it, which comes up to 40 ms late.
      noDelay: true,
      ...(this.options.guest === undefined ? {} : { credentials: this.guestCredentials }),
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
      this.newest = undefined;
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
      } else if (isRefusedLogin(error)) {
        logger.warn({ connection: name }, `${this.place} refuses our user: ${error.message}`);
        if (this.options.guest?.login() !== null) {
          this.isShut();
        }
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

  /** Whether it declares what it needs; an agent's may not. */
  get declares(): boolean {
    return this.options.guest === undefined;
  }

  /** The name under which the broker knows us, which it checks where a message says one. */
  get username(): string {
    return this.declares ? this.login.username : this.connectedAs;
  }

  private get login(): BrokerLogin {
    const { guest, url } = this.options;
    const { username, password } = new URL(url);
    return (
      guest?.login() ?? {
        username: decodeURIComponent(username) || 'guest',
        password: decodeURIComponent(password) || 'guest',
      }
    );
  }

  /** Connects again where it is to be somebody else by now. From this moment nothing is said in the former one's name. */
  becomeAnother(): void {
    if (this.newest !== undefined && this.connectedAs !== this.login.username) {
      this.newest.close().catch(() => undefined);
    }
  }

  /** Something that only a service may declare is not there. */
  isShut(): void {
    this.options.guest?.onShut(this.connectedAs);
  }

  /** A message found no way on the broker, which does not count as ready until everything was declared again. */
  doubt(reason: string): void {
    if (this.declares) {
      this.topology.doubt(reason);
    } else {
      this.options.logger.warn(
        { connection: this.options.name },
        `${reason}: waiting for the services to mend it`,
      );
    }
  }

  /** Makes sure that a dead letter finds a queue. False where that could not be done. */
  async declareDeadLetters(): Promise<boolean> {
    return this.topology.declareDeadLetters();
  }

  /** Why messages may not find their way now, as far as is known without asking; null where they do. */
  get problem(): string | null {
    if (!this.isOpen) {
      return `not connected to ${this.place}`;
    }
    if (this.blockedReason !== undefined) {
      return `${this.place} blocks us: ${this.blockedReason}`;
    }
    return this.topology.knownProblem;
  }

  /** For the readiness probe. */
  async check(): Promise<void> {
    if (this.problem === null || this.topology.knownProblem !== null) {
      await this.topology.check();
    }
    if (this.problem !== null) {
      throw new Error(this.problem);
    }
  }

  /** Says goodbye to a broker that hears it. */
  async close(): Promise<void> {
    this.closing = true;
    this.topology.stop();
    if (this.recovering !== undefined && !(await atMost(CLOSE_TIMEOUT_MS, this.recovering.close()))) {
      this.options.logger.warn({ connection: this.options.name }, `${this.place} did not hear the goodbye`);
    }
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
    this.newest = model;
    for (const channel of this.channels) {
      await channel.openOn(model);
    }
    this.model = model;
    if (this.declares) {
      this.topology.start();
    }
    logger.debug({ connection: name }, `connected to ${this.place}`);
  }

  /** Asked for at every connection: a new session has another user. */
  private get guestCredentials() {
    const response = (): Buffer => {
      const { username, password } = this.login;
      this.connectedAs = username;
      return Buffer.from(`\0${username}\0${password}`);
    };
    return { mechanism: 'PLAIN', response };
  }

  private get place(): string {
    const { hostname, port } = new URL(this.options.url);
    return `RabbitMQ at ${hostname}:${port === '' ? '5672' : port}`;
  }
}

/** As amqplib tells it of a user who is not there, or not with this password. */
function isRefusedLogin(error: Error): boolean {
  return /^Handshake terminated by server: 403/.test(error.message);
}
