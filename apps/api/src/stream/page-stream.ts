import type { StreamEvent } from '@berth/contracts';
import type { Response } from 'express';
import { takenByReader } from '../bodies/taken-by-reader.js';
import type { StreamCursor } from './stream-cursor.js';
import type { ListsSubscription } from './lists-subscription.js';
import type { Outlet, Subscription } from './subscription.js';

/** Proxies close silent connections, often after a minute. */
const KEEP_ALIVE_MS = 15_000;
/** How often it is asked whether the reader may still see it: keys and sessions end, and so do roles. */
const ASK_AGAIN_MS = 15_000;
/** A reader for which so much lies here is cut off, as one that takes nothing. */
const MAX_BUFFERED = 1024 * 1024;
/** Written in one go. */
const CHUNK = 32 * 1024;
/** After the database was away. */
const PAUSE_MS = 1_000;

/** The reader takes nothing. */
class CutOff extends Error {}

export interface PageStreamOptions {
  readonly response: Response;
  readonly cursor: StreamCursor;
  /** Whether the reader may still see all of it. */
  readonly stillMay: () => Promise<boolean>;
  readonly told: (type: StreamEvent['type']) => void;
}

/** How a stream ended. */
export type StreamEnd = 'closed' | 'not_allowed' | 'cut_off' | 'stopped';

/**
 * One page's connection. Each subscription is asked for its next portion when something was said of it, and the next portion
 * only when the reader has taken the one before, so that a slow one holds no memory.
 */
export class PageStream implements Outlet {
  private pending = '';
  private woken = true;
  private endPause: (() => void) | undefined;
  private lastWrite = Date.now();
  private lastAsked = Date.now();
  private end: StreamEnd | null = null;
  private horizon = (): string => '0';
  /** In the order of the cursor's positions. */
  private subscriptions: readonly Subscription[] = [];

  constructor(private readonly options: PageStreamOptions) {
    options.response.once('close', () => {
      this.finish('closed');
    });
  }

  wake(): void {
    this.woken = true;
    this.endPause?.();
  }

  stop(): void {
    this.finish('stopped');
  }

  /** Until the reader has gone, may not see it any more, takes nothing, or the process stops. */
  async run(lists: ListsSubscription, subscriptions: readonly Subscription[]): Promise<StreamEnd> {
    const { response } = this.options;
    this.horizon = () => lists.horizon;
    this.subscriptions = subscriptions;
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    await this.turns(lists).catch((error: unknown) => {
      if (!(error instanceof CutOff)) {
        throw error;
      }
      this.finish('cut_off');
    });
    if (this.end === 'cut_off') {
      response.destroy();
    } else {
      response.end();
    }
    return this.end ?? 'closed';
  }

  async tell(type: StreamEvent['type'], json: string, isWhole = true): Promise<void> {
    this.options.told(type);
    const id = isWhole ? `id: ${this.place()}\n` : '';
    this.pending += `event: ${type}\n${id}data: ${json}\n\n`;
    if (this.pending.length > CHUNK) {
      await this.flush();
    }
  }

  private async turns(lists: ListsSubscription): Promise<void> {
    await this.tell('ready', '{"type":"ready"}');
    while (this.end === null) {
      this.woken = false;
      try {
        await this.pullEach([lists, ...this.subscriptions]);
      } catch (error) {
        if (error instanceof CutOff) {
          throw error;
        }
        // What was told is told, and the rest is asked for again.
        this.wake();
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
      await this.flush();
      await this.askAgain();
      await this.pause();
      if (Date.now() - this.lastWrite >= KEEP_ALIVE_MS) {
        this.pending += ': still here\n\n';
      }
    }
  }

  /** One portion of each, so that a long log keeps nothing else waiting. */
  private async pullEach(subscriptions: readonly Subscription[]): Promise<void> {
    for (const subscription of subscriptions) {
      if (this.end === null && (await subscription.pull(this))) {
        this.wake();
      }
    }
  }

  private async askAgain(): Promise<void> {
    if (Date.now() - this.lastAsked >= ASK_AGAIN_MS) {
      this.lastAsked = Date.now();
      if (!(await this.options.stillMay())) {
        this.finish('not_allowed');
      }
    }
  }

  private async pause(): Promise<void> {
    if (this.woken || this.end !== null) {
      return;
    }
    const nextMs = Math.min(this.lastWrite + KEEP_ALIVE_MS, this.lastAsked + ASK_AGAIN_MS) - Date.now();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, nextMs));
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.endPause = undefined;
  }

  private async flush(): Promise<void> {
    const { response } = this.options;
    if (this.pending === '' || this.end !== null) {
      return;
    }
    const text = this.pending;
    this.pending = '';
    this.lastWrite = Date.now();
    response.write(text);
    if (response.writableLength > MAX_BUFFERED) {
      throw new CutOff();
    }
    // One that has gone is told of by its end.
    if (!(await takenByReader(response)) && !response.destroyed) {
      throw new CutOff();
    }
  }

  private finish(end: StreamEnd): void {
    this.end ??= end;
    this.wake();
  }

  private place(): string {
    return this.options.cursor.write({
      horizon: this.horizon(),
      at: Math.floor(Date.now() / 1_000),
      positions: this.subscriptions.map(({ position }) => position),
    });
  }
}
