import { setTimeout as wait } from 'node:timers/promises';
import { MAX_LOG_OFFSET, type LogAppended } from '@berth/contracts';
import type { TaskPhase } from '@berth/domain';
import type { Mask } from '@berth/masking';
import type { Logger } from '@berth/observability';
import type { ApiClient } from '../../api/api-client.js';
import { ApiError } from '../../api/api-error.js';
import type { StopWish } from '../../slots/slot-run.js';
import { MaskedText } from './masked-text.js';
import { UnsentText } from './unsent-text.js';

export interface LogTarget {
  readonly taskId: string;
  readonly attempt: number;
  readonly phase: TaskPhase;
  /** What is written goes out through it, until there is another one. */
  readonly mask: Mask;
}

/** Small enough to follow a run by eye, and one request for a burst. */
const FLUSH_MS = 250;
/** Without new text, the api is still asked whether somebody wants a stop. */
const QUIET_MS = 2_000;
/** At the end, between two tries of an api that is away; each of them takes some seconds. */
const CLOSE_PAUSE_MS = 200;

/** Hears what the api says in its answers. */
export interface LogListener {
  stop(wish: StopWish): void;
  stale(): void;
}

/** Sends a run's log in pieces while it runs, and hears on the way whether a person wants it to stop. */
export class LogWriter {
  private mask: Mask;
  private readonly unsent = new UnsentText();
  /** Its own lines first. */
  private readonly texts: MaskedText[] = [];
  private readonly own: MaskedText;
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<unknown> = Promise.resolve();
  private closed = false;
  private stale = false;
  private lastSentAt = Date.now();

  /** @param offset where it begins in the api's part of this attempt; null where only the api knows */
  constructor(
    private readonly api: ApiClient,
    private readonly target: LogTarget,
    private readonly logger: Logger,
    private readonly heard: LogListener,
    private offset: number | null = 0,
  ) {
    this.mask = target.mask;
    this.own = this.open();
    this.schedule();
  }

  /** Goes on behind what an earlier process has written of the same attempt, once the api says where that ends. */
  static async resume(
    api: ApiClient,
    target: LogTarget,
    logger: Logger,
    heard: LogListener,
  ): Promise<LogWriter> {
    const writer = new LogWriter(api, target, logger, heard, null);
    await writer.findEnd().catch(() => undefined);
    return writer;
  }

  write(text: string): void {
    this.own.write(text);
  }

  /** A text that comes in pieces beside others, such as an output of a process: none of theirs stands within its values. */
  open(): MaskedText {
    const text = new MaskedText(this.mask, (bytes) => {
      if (!this.stale) {
        this.unsent.add(bytes);
      }
    });
    this.texts.push(text);
    return text;
  }

  /** What is written from now on goes out through this one. */
  maskWith(mask: Mask): void {
    this.mask = mask;
    this.texts.forEach((text) => {
      text.maskWith(mask);
    });
  }

  line(text: string): void {
    this.write(`${text}\n`);
  }

  /**
   * Sends the rest, and waits for an api that is away, but no longer than `patienceMs` says, which may become less. Gives
   * how many bytes were given up.
   */
  async close(patienceMs: () => number): Promise<number> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.sending;
    this.texts.forEach((text) => {
      text.end();
    });
    const began = performance.now();
    while ((await this.flush()) === 'later' && performance.now() - began < patienceMs()) {
      await wait(CLOSE_PAUSE_MS);
    }
    const { bytes } = this.unsent;
    if (bytes > 0 && !this.stale) {
      this.logger.error(
        { taskId: this.target.taskId, bytes },
        'the end of a log is lost: the api took none of it',
      );
    }
    return this.stale ? 0 : bytes;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.texts.forEach((text) => {
        text.lookAgain();
      });
      this.sending = this.flush().finally(() => {
        if (!this.closed) {
          this.schedule();
        }
      });
    }, FLUSH_MS);
  }

  /** `later`: the api is away, and the rest may be sent another time. */
  private async flush(): Promise<'done' | 'later'> {
    try {
      while (this.hasSomethingToSay) {
        const offset = this.offset ?? (await this.findEnd());
        const piece = this.unsent.piece();
        const { nextOffset } = await this.append(offset, piece);
        this.lastSentAt = Date.now();
        this.offset = nextOffset;
        // Less than it had before, where a backup was restored: what comes now goes behind what is there.
        const taken = Math.max(0, nextOffset - offset);
        this.unsent.drop(taken);
        if (taken === 0 && nextOffset === offset) {
          // Nothing new was taken: looking again at once would only ask the same.
          return 'done';
        }
      }
      return 'done';
    } catch (error) {
      return this.failed(error);
    }
  }

  private get hasSomethingToSay(): boolean {
    const isQuiet = !this.closed && Date.now() - this.lastSentAt > QUIET_MS;
    return !this.stale && (this.unsent.bytes > 0 || isQuiet);
  }

  private async findEnd(): Promise<number> {
    const { nextOffset } = await this.append(MAX_LOG_OFFSET, Buffer.alloc(0));
    this.offset = nextOffset;
    return nextOffset;
  }

  private async append(offset: number, piece: Buffer): Promise<LogAppended> {
    const { taskId, attempt, phase } = this.target;
    const answer = await this.api.appendLog(taskId, { attempt, phase, offset }, piece);
    if (answer.stopRequested !== null) {
      this.heard.stop(answer.stopRequested);
    }
    return answer;
  }

  private failed(error: unknown): 'done' | 'later' {
    this.lastSentAt = Date.now();
    if (error instanceof ApiError && error.isStale) {
      this.stale = true;
      this.heard.stale();
      return 'done';
    }
    this.logger.warn({ taskId: this.target.taskId }, `log piece not sent: ${String(error)}`);
    // What else goes wrong is a fault of ours, and the same another time.
    return error instanceof ApiError && error.failureClass === 'transient' ? 'later' : 'done';
  }
}
