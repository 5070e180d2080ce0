import { Worker } from 'node:worker_threads';
import type { Logger } from '@berth/observability';
import { withDeadline } from '@berth/process';
import { ANSWER_MS } from './snapshot.js';
import type { FromThread, ThreadSettings, ToThread } from './thread-messages.js';

/** What is used of a worker thread. */
export type Thread = Pick<Worker, 'on' | 'postMessage' | 'terminate'>;

export interface ThreadKeeperOptions {
  readonly open: () => Thread;
  readonly logger: Logger;
  /** Pause before a thread that ended is started again; a broken one must not keep a processor busy. */
  readonly restartMs?: number;
  /** How long an orderly end may take: the answer to the last heartbeat, and a connection to close. */
  readonly endMs?: number;
}

export interface ThreadListener {
  received(message: FromThread): void;
  /** It ended by itself and is started again after a pause. */
  ended(): void;
}

/** Keeps the heartbeat thread running: whatever ends it never ends the agent. */
export class ThreadKeeper {
  private thread: Thread | undefined;
  private restart: NodeJS.Timeout | undefined;
  private ending = false;
  private onExit: (() => void) | undefined;

  constructor(private readonly options: ThreadKeeperOptions) {}

  start(listener: ThreadListener): void {
    const { logger } = this.options;
    const thread = this.opened();
    if (thread === undefined) {
      this.startAgain(listener);
      return;
    }
    this.thread = thread;
    thread.on('message', (message: FromThread) => {
      listener.received(message);
    });
    thread.on('error', (error: unknown) => {
      logger.error(`the heartbeat thread failed: ${String(error)}`);
    });
    thread.on('exit', () => {
      this.thread = undefined;
      this.onExit?.();
      if (!this.ending) {
        this.startAgain(listener);
      }
    });
  }

  /** Where no thread runs, the message is dropped: the next thread asks for what it needs. */
  post(message: ToThread): void {
    this.thread?.postMessage(message);
  }

  /** Waits for the heartbeat in progress; ends the thread by force where that takes too long. */
  async end(): Promise<void> {
    this.ending = true;
    clearTimeout(this.restart);
    const { thread } = this;
    if (thread === undefined) {
      return;
    }
    const exited = new Promise<void>((resolve) => {
      this.onExit = resolve;
    });
    this.post({ kind: 'stop' });
    try {
      await withDeadline('ending the heartbeat thread', this.options.endMs ?? ANSWER_MS + 2_000, exited);
    } catch (error) {
      this.options.logger.warn(`${String(error)}: ending it by force`);
      await thread.terminate();
    }
  }

  private opened(): Thread | undefined {
    try {
      return this.options.open();
    } catch (error) {
      this.options.logger.error(`the heartbeat thread did not start: ${String(error)}`);
      return undefined;
    }
  }

  private startAgain(listener: ThreadListener): void {
    const { logger, restartMs = 1_000 } = this.options;
    logger.error(`no heartbeat thread runs: starting one in ${restartMs} ms`);
    listener.ended();
    this.restart = setTimeout(() => {
      this.start(listener);
    }, restartMs);
  }
}

/** Starts the thread; the broker's address with its password is given to it in memory only. */
export function openHeartbeatThread(settings: ThreadSettings): Thread {
  return new Worker(new URL('./heartbeat.thread.js', import.meta.url), {
    name: 'heartbeats',
    workerData: settings,
  });
}
