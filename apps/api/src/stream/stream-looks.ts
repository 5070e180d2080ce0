import type { ChangeMade } from '@berth/messaging';
import { LoopWatch } from '@berth/observability';
import { Database } from '@berth/persistence';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import { ChangeFeed } from './change-feed.js';
import { DocumentReaders } from './document-readers.js';
import { TaskHeads } from './task-heads.js';

/** Without any message, what was changed is seen after this. */
const SWEEP_MS = 2_000;
/** Between two looks where something is said all the time; what comes after a pause is seen at once. */
const PACE_MS = 50;
/** The same for each stream, where they are many: telling one costs some 30 µs, and half of a core is enough for all. */
const PACE_OF_ONE_MS = 0.25;
/** How often followed tasks that wait are asked why. */
const REASONS_MS = 5_000;
/** Of those. */
const MOST_WAITING = 500;

/**
 * Looks for what has been changed, once for all streams of this process: when a message says that there is something, and
 * every two seconds without one. While there are no streams it looks at nothing.
 */
@Injectable()
export class StreamLooks {
  readonly feed: ChangeFeed;
  readonly heads: TaskHeads;
  private readonly loop: Loop;
  private readonly due = new Set<() => void>();
  private streams = 0;
  private lookedAt = 0;
  private sweptAt = 0;
  private askedAt = 0;
  private reasons = new Map<string, string>();

  constructor(
    @Inject(Database) database: Database,
    @Inject(DocumentReaders) private readonly readers: DocumentReaders,
    @Inject(LoopWatch) watch: LoopWatch,
  ) {
    this.feed = new ChangeFeed(database, readers, this.due);
    this.heads = new TaskHeads(database, this.due);
    this.loop = new Loop({
      name: 'stream',
      intervalMs: SWEEP_MS,
      observer: watch,
      run: async (signal) => this.look(signal),
    });
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  /** A stream begins: what it joins is looked at now. */
  open(): void {
    this.streams += 1;
    this.loop.wake();
  }

  close(): void {
    this.streams -= 1;
  }

  /** A process has said what it has changed. */
  hear(changes: readonly ChangeMade[]): void {
    if (this.streams === 0) {
      return;
    }
    let isNews = false;
    for (const { kind, refs } of changes) {
      if (kind !== 'task_event' && kind !== 'log') {
        isNews = true;
      }
      // A task that ends is another head, too.
      if (kind === 'task_event' || kind === 'log' || kind === 'task') {
        isNews = this.heads.ring(refs) || isNews;
        if (refs.length === 0) {
          this.heads.ringAll();
          isNews = true;
        }
      }
    }
    if (isNews) {
      this.loop.wake();
    }
  }

  private async look(signal: AbortSignal): Promise<'again' | 'rest'> {
    if (this.streams === 0) {
      return 'rest';
    }
    const sinceMs = Date.now() - this.lookedAt;
    const paceMs = Math.max(PACE_MS, this.streams * PACE_OF_ONE_MS);
    if (sinceMs < paceMs) {
      await wait(paceMs - sinceMs, undefined, { signal }).catch(() => undefined);
    }
    this.lookedAt = Date.now();
    if (this.lookedAt - this.sweptAt >= SWEEP_MS * 0.8) {
      this.sweptAt = this.lookedAt;
      this.heads.ringAll();
    }
    await this.askReasons();
    try {
      const [isMore] = await Promise.all([this.heads.look(), this.feed.look()]);
      return isMore ? 'again' : 'rest';
    } finally {
      // Once for both: each stream writes once.
      const due = [...this.due];
      this.due.clear();
      due.forEach((wake) => {
        wake();
      });
    }
  }

  /** Why a task waits depends on agents and other tasks, which is no change of its own. */
  private async askReasons(): Promise<void> {
    if (this.lookedAt - this.askedAt < REASONS_MS) {
      return;
    }
    this.askedAt = this.lookedAt;
    const ids = this.heads.waiting.slice(0, MOST_WAITING);
    const documents = ids.length === 0 ? [] : [...(await this.readers.read('task', ids))];
    const others = documents.filter(([id, { json }]) => this.reasons.get(id) !== json);
    this.reasons = new Map(documents.map(([id, { json }]) => [id, json]));
    this.feed.add(others.map(([id]) => id));
  }
}
