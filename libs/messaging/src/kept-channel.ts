import type { Logger } from '@berth/observability';
import type { Channel, ChannelModel } from 'amqplib';

/** What opens channels on a connection. */
export type ChannelFactory = Pick<ChannelModel, 'createChannel' | 'createConfirmChannel'>;

export interface KeptChannelOptions {
  /** Opens the channel and declares what it needs; opens none where none is wanted any more. */
  readonly open: (channels: ChannelFactory) => Promise<void>;
  /** Whether this connection is still the one that channels are wanted on. */
  readonly isWanted: (model: ChannelModel) => boolean;
  /** Shown in the log. */
  readonly name: string;
  readonly logger: Logger;
}

/** A channel that cannot be opened is tried again with growing pauses. */
const REOPEN_MS = 1_000;
const LAST_REOPEN_MS = 10_000;

/** A channel that is opened at every connection, and again where it died alone. */
export class KeptChannel {
  constructor(private readonly options: KeptChannelOptions) {}

  /** @throws what opening it throws */
  async openOn(model: ChannelModel): Promise<void> {
    const life: Life = { ended: 0, onEnd: () => undefined };
    await this.options.open(watching(model, life));
    life.onEnd = () => {
      this.openAgain(model, 0);
    };
    // The broker may have closed it before whoever opened it had it in hand.
    if (life.ended > 0) {
      life.onEnd();
    }
  }

  private openAgain(model: ChannelModel, failuresBefore: number): void {
    const { isWanted, name, logger } = this.options;
    const pauseMs = Math.min(LAST_REOPEN_MS, REOPEN_MS * 2 ** Math.min(failuresBefore, 10));
    setTimeout(() => {
      // After a lost connection the next one opens its own channels.
      if (!isWanted(model)) {
        return;
      }
      this.openOn(model).catch((error: unknown) => {
        logger.warn({ connection: name }, `opening a channel again failed: ${String(error)}`);
        this.openAgain(model, failuresBefore + 1);
      });
    }, pauseMs);
  }
}

/** How often the channel ended, and who wants to know. */
interface Life {
  ended: number;
  onEnd: () => void;
}

/** Tells of a channel's end from its beginning on. */
function watching(model: ChannelModel, life: Life): ChannelFactory {
  const watched = <C extends Channel>(channel: C): C =>
    channel.once('close', () => {
      life.ended += 1;
      life.onEnd();
    });
  return {
    createChannel: async () => watched(await model.createChannel()),
    createConfirmChannel: async () => watched(await model.createConfirmChannel()),
  };
}
