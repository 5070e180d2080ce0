import { settleAll, type Asked } from './gathered.js';
import type { Sql, Together } from './sql.js';

interface Line {
  waiting: Asked[];
  /** It begins with the end of this turn, or of the read before it. */
  begins: boolean;
  /** A read is under way, and has not been for long. */
  busy: boolean;
}

/** Whoever comes while a read is under way waits for no longer than this, in milliseconds: it may hang. */
const PATIENCE_MS = 25;

/**
 * Reads of a row each that many callers ask for in the same moment, with one statement for all who ask in one turn of the event
 * loop or while the statement before is under way. Each begins after it was asked for, so what it gives is never old.
 */
export class SharedReads {
  private readonly lines = new Map<Together<unknown, unknown>, Line>();

  constructor(private readonly sql: Sql) {}

  /** The item's own result. @throws what the read throws */
  async add<I, O>(read: Together<I, O>, item: I): Promise<O> {
    const key = read as unknown as Together<unknown, unknown>;
    const line = this.lines.get(key) ?? { waiting: [], begins: false, busy: false };
    this.lines.set(key, line);
    return new Promise<unknown>((resolve, reject) => {
      line.waiting.push({ item, resolve, reject });
      this.plan(key, line);
    }) as Promise<O>;
  }

  private plan(key: Together<unknown, unknown>, line: Line): void {
    if (line.busy || line.begins || line.waiting.length === 0) {
      return;
    }
    line.begins = true;
    process.nextTick(() => {
      void this.begin(key, line);
    });
  }

  private async begin(key: Together<unknown, unknown>, line: Line): Promise<void> {
    const all = line.waiting;
    line.waiting = [];
    line.begins = false;
    line.busy = true;
    let isOver = false;
    const next = (): void => {
      if (!isOver) {
        isOver = true;
        line.busy = false;
        this.plan(key, line);
      }
    };
    const patience = setTimeout(next, PATIENCE_MS);
    await settleAll(this.sql, key, all);
    clearTimeout(patience);
    next();
  }
}
