import type { StreamEvent } from '@berth/contracts';
import { isFinal, type TaskPhase } from '@berth/domain';
import { readLog, type Database } from '@berth/persistence';
import type { SecretBox } from '../secrets/secret-box.js';
import { openLog } from '../secrets/sealed-log.js';
import { wholeCharacters } from '../tasks/whole-characters.js';
import type { SharedReads } from './shared-reads.js';
import type { Outlet, Subscription } from './subscription.js';
import type { TaskHeads } from './task-heads.js';

/** Little enough that a reader who takes its time holds no memory. */
const PIECE_BYTES = 128 * 1024;

interface Piece {
  readonly bytes: number;
  readonly json: string;
}

/** A phase's log, from a byte on; the log is over when the task is. */
export class LogSubscription implements Subscription {
  private offset: number;
  private isOver: boolean;

  constructor(
    private readonly from: {
      readonly database: Database;
      readonly box: SecretBox;
      readonly heads: TaskHeads;
      readonly reads: SharedReads;
    },
    private readonly log: { readonly taskId: string; readonly phase: TaskPhase },
    position: string,
    private readonly wake: () => void,
  ) {
    this.offset = Number.parseInt(position, 10);
    this.isOver = position.endsWith('e');
    from.heads.join(log.taskId, wake);
  }

  get position(): string {
    return `${this.offset}${this.isOver ? 'e' : ''}`;
  }

  async pull(outlet: Outlet): Promise<boolean> {
    const { taskId, phase } = this.log;
    const head = this.from.heads.of(taskId);
    if (head === null) {
      return false;
    }
    const { offset } = this;
    const size = head.logs[phase] ?? 0;
    const hasEnded = isFinal(head.status);
    if (offset < size) {
      const key = `log ${taskId} ${phase} ${offset} ${size} ${String(hasEnded)}`;
      const piece = await this.from.reads.once(key, async () => this.read(offset, hasEnded ? size : null));
      if (piece === null) {
        return false;
      }
      this.offset += piece.bytes;
      await outlet.tell('log', piece.json);
      return true;
    }
    if (hasEnded && !this.isOver) {
      this.isOver = true;
      await outlet.tell('log_end', JSON.stringify({ type: 'log_end', taskId, phase } satisfies StreamEvent));
    }
    return false;
  }

  leave(): void {
    this.from.heads.leave(this.log.taskId, this.wake);
  }

  /** @param end where nothing comes behind it: half a character there is told as what it is */
  private async read(offset: number, end: number | null): Promise<Piece | null> {
    const { taskId, phase } = this.log;
    const { content } = await readLog(
      this.from.database,
      { taskId, phase, offset, limit: PIECE_BYTES },
      (sealed) => openLog(this.from.box, sealed),
    );
    const isLast = end !== null && offset + content.length >= end;
    const bytes = isLast ? content : wholeCharacters(content);
    if (bytes.length === 0) {
      return null;
    }
    const event: StreamEvent = {
      type: 'log',
      taskId,
      phase,
      offset,
      nextOffset: offset + bytes.length,
      text: bytes.toString('utf8'),
    };
    return { bytes: bytes.length, json: JSON.stringify(event) };
  }
}
