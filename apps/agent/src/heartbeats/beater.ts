import { HeartbeatAnswer } from '@berth/contracts';
import { isTooOld, UNREGISTERED_MS, type Heartbeat, type Snapshot } from './snapshot.js';
import type { FromThread } from './thread-messages.js';

export interface BeaterOptions {
  /** Sends a heartbeat and gives the registry's answer. */
  readonly ask: (heartbeat: Heartbeat) => Promise<unknown>;
  /** Says something to the main thread. */
  readonly say: (message: FromThread) => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** The main thread has been silent for too long: no more heartbeats for it. */
  readonly onSilence: () => void;
}

/** A main thread that is not blocked answers within a few milliseconds; with another it is not worth waiting for. */
const FRESH_MS = 100;

/** Sends what the main thread said last as heartbeats, as long as that is recent enough. */
export class Beater {
  private newest: { readonly snapshot: Snapshot; readonly receivedAt: number } | undefined;
  private onSnapshot: (() => void) | undefined;
  private gaveUp = false;

  constructor(private readonly options: BeaterOptions) {}

  get intervalMs(): number {
    return this.newest?.snapshot.intervalMs ?? UNREGISTERED_MS;
  }

  receive(snapshot: Snapshot): void {
    this.newest = { snapshot, receivedAt: this.options.now() };
    this.gaveUp = false;
    this.onSnapshot?.();
  }

  /** One heartbeat, where there is something to say. @throws NoAnswer */
  async beat(): Promise<'again' | 'rest'> {
    await this.freshSnapshot();
    const { newest } = this;
    if (newest === undefined || newest.snapshot.heartbeat === null || this.isSilent(newest.receivedAt)) {
      return 'rest';
    }
    const began = this.options.now();
    const { number, heartbeat } = newest.snapshot;
    const answer = HeartbeatAnswer.parse(await this.options.ask(heartbeat));
    this.options.say({ kind: 'answer', number, answer, seconds: (this.options.now() - began) / 1000 });
    return 'rest';
  }

  /**
   * An agent whose heartbeat leaves out what it accepted a moment ago may lose it as missing, so the main thread is
   * asked before each one; while it is blocked it takes nothing new, and its last word holds.
   */
  private async freshSnapshot(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, FRESH_MS);
      this.onSnapshot = () => {
        clearTimeout(timer);
        resolve();
      };
      this.options.say({ kind: 'due' });
    });
    this.onSnapshot = undefined;
  }

  private isSilent(receivedAt: number): boolean {
    const silent = isTooOld(receivedAt, this.options.now());
    if (silent && !this.gaveUp) {
      this.gaveUp = true;
      this.options.onSilence();
    }
    return silent;
  }
}
