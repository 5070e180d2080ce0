import type { Sql, Together } from './sql.js';

interface Asked {
  readonly item: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

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
    await this.settle(key, all);
    clearTimeout(patience);
    next();
  }

  private async settle(key: Together<unknown, unknown>, all: readonly Asked[]): Promise<void> {
    try {
      const items = all.map(({ item }) => item);
      const results = await key.work(this.sql, items);
      all.forEach(({ resolve }, index) => {
        resolve(results[index]);
      });
    } catch (error) {
      all.forEach(({ reject }) => {
        reject(error);
      });
    }
  }
}
