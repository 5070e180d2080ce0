import type { TaskPhase } from '@berth/domain';
import type { Logger } from '@berth/observability';
import type { ApiClient } from '../../api/api-client.js';
import { ApiError } from '../../api/api-error.js';
import type { StopWish } from '../../slots/slot-run.js';

export interface LogTarget {
  readonly taskId: string;
  readonly attempt: number;
  readonly phase: TaskPhase;
}

/** Small enough to follow a run by eye, and one request for a burst. */
const FLUSH_MS = 250;
/** Without new text, the api is still asked whether somebody wants a stop. */
const QUIET_MS = 2_000;
const PIECE_BYTES = 512 * 1024;
/** With the api away, the run goes on; beyond this much unsent text the middle of it is dropped. */
const MAX_UNSENT_BYTES = 32 * 1024 * 1024;

/** Hears what the api says in its answers. */
export interface LogListener {
  stop(wish: StopWish): void;
  stale(): void;
}

/** Sends a run's log in pieces while it runs, and hears on the way whether a person wants it to stop. */
export class LogWriter {
  private unsent: Buffer[] = [];
  private unsentBytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> = Promise.resolve();
  private closed = false;
  private stale = false;
  private full = false;
  private lastSentAt = Date.now();

  constructor(
    private readonly api: ApiClient,
    private readonly target: LogTarget,
    private readonly logger: Logger,
    private readonly heard: LogListener,
    private offset = 0,
  ) {
    this.schedule();
  }

  /** Goes on behind what an earlier process has written of the same attempt. Where the api does not say, at the beginning. */
  static async resume(
    api: ApiClient,
    target: LogTarget,
    logger: Logger,
    heard: LogListener,
  ): Promise<LogWriter> {
    const beyondAll = { ...target, offset: Number.MAX_SAFE_INTEGER };
    const answer = await api.appendLog(target.taskId, beyondAll, Buffer.alloc(0)).catch(() => null);
    if (answer !== null && answer.stopRequested !== null) {
      heard.stop(answer.stopRequested);
    }
    return new LogWriter(api, target, logger, heard, answer?.nextOffset ?? 0);
  }

  write(text: string): void {
    if (this.stale || text === '') {
      return;
    }
    const bytes = Buffer.from(text);
    if (this.unsentBytes + bytes.length > MAX_UNSENT_BYTES) {
      if (!this.full) {
        this.full = true;
        this.keep(Buffer.from('\n(some of the log is missing here: the api took none of it for too long)\n'));
      }
      return;
    }
    this.full = false;
    this.keep(bytes);
  }

  private keep(bytes: Buffer): void {
    this.unsent.push(bytes);
    this.unsentBytes += bytes.length;
  }

  line(text: string): void {
    this.write(`${text}\n`);
  }

  /** Sends the rest; what cannot be sent within the client's own tries is given up, the task's result is not. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.sending;
    await this.flush();
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.sending = this.flush().finally(() => {
        if (!this.closed) {
          this.schedule();
        }
      });
    }, FLUSH_MS);
  }

  private async flush(): Promise<void> {
    while (
      !this.stale &&
      (this.unsentBytes > 0 || (!this.closed && Date.now() - this.lastSentAt > QUIET_MS))
    ) {
      const all = Buffer.concat(this.unsent);
      const piece = all.subarray(0, PIECE_BYTES);
      try {
        const answer = await this.api.appendLog(
          this.target.taskId,
          { ...this.target, offset: this.offset },
          piece,
        );
        const taken = answer.nextOffset - this.offset;
        this.sent(all, taken);
        if (answer.stopRequested !== null) {
          this.heard.stop(answer.stopRequested);
        }
        if (taken <= 0) {
          // Nothing new was taken: looking again at once would only ask the same.
          return;
        }
      } catch (error) {
        this.failed(error);
        return;
      }
    }
  }

  /** Text written while the piece was on its way stands behind `all`. */
  private sent(all: Buffer, taken: number): void {
    const written = Buffer.concat(this.unsent);
    const rest = written.subarray(Math.min(Math.max(taken, 0), all.length));
    this.unsent = rest.length === 0 ? [] : [rest];
    this.unsentBytes = rest.length;
    this.offset += Math.max(taken, 0);
    this.lastSentAt = Date.now();
  }

  private failed(error: unknown): void {
    this.lastSentAt = Date.now();
    if (error instanceof ApiError && error.isStale) {
      this.stale = true;
      this.heard.stale();
      return;
    }
    this.logger.warn({ taskId: this.target.taskId }, `log piece not sent: ${String(error)}`);
  }
}
