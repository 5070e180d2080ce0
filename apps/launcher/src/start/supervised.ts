import { setTimeout as delay } from 'node:timers/promises';
import { decideRestart } from './restart-policy.js';

/** Something that runs and may end. */
export interface Running {
  pid: number;
  exited: Promise<string>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface SupervisionEvents {
  /** A line for the person at the terminal. */
  say(message: string): void;
  /** It runs under another pid now, or not at all. */
  changed(): void;
}

/** What a whole group of them is asked. */
export type Stoppable = Pick<Supervised<Running>, 'name' | 'running' | 'stop' | 'kill'>;

/** Keeps one thing running after its first start: starts it again when it dies, unless it dies too often. */
export class Supervised<T extends Running> {
  #running: T | undefined;
  #stopping = false;
  #keeping: Promise<void> = Promise.resolve();
  readonly #stopped = new AbortController();
  readonly #restarts: number[] = [];

  constructor(
    readonly name: string,
    private readonly startOnce: (signal: AbortSignal, previous: T | undefined) => Promise<T>,
    private readonly events: SupervisionEvents,
  ) {}

  get running(): T | undefined {
    return this.#running;
  }

  /** The first start: where it fails, it throws, and nothing is tried again. */
  async start(signal: AbortSignal): Promise<T> {
    const running = await this.startOnce(AbortSignal.any([signal, this.#stopped.signal]), undefined);
    this.#running = running;
    this.#keeping = this.#keep(running);
    return running;
  }

  /** Ends it and whatever start of it is under way. May be called twice, and before `start`. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#stopped.abort(new Error(`${this.name} is being stopped`));
    await this.#running?.stop();
    await this.#keeping;
  }

  async kill(): Promise<void> {
    this.#stopping = true;
    this.#stopped.abort(new Error(`${this.name} is being stopped`));
    await this.#running?.kill();
  }

  async #keep(first: T): Promise<void> {
    let previous = first;
    let how = await first.exited;
    while (!this.#stopping) {
      this.#running = undefined;
      this.events.changed();
      const decision = decideRestart(this.#restarts, Date.now());
      if (decision.kind === 'give-up') {
        this.events.say(
          `${this.name} ended again (${how}), five times within a minute: it is not started again`,
        );
        return;
      }
      this.events.say(`${this.name} ended (${how}), starting it again`);
      this.#restarts.push(Date.now());
      // What is left of it, as a broker's epmd, ends before it comes again.
      await previous.stop().catch(() => undefined);
      await delay(decision.delayMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
      try {
        this.#stopped.signal.throwIfAborted();
        previous = await this.startOnce(this.#stopped.signal, previous);
        this.#running = previous;
        if (this.#stopped.signal.aborted) {
          // The stop came just now and has not seen this one.
          await previous.stop();
          return;
        }
        this.events.say(`${this.name} is back (pid ${previous.pid})`);
        this.events.changed();
        how = await previous.exited;
      } catch (error) {
        how = error instanceof Error ? error.message : String(error);
      }
    }
  }
}
