import { PLAIN, styleAfter, type Style } from './ansi.js';

/** A row of a log as it is drawn: a line, or a piece of a very long one. */
export interface LogRow {
  /** Of the line, from 1 on. */
  readonly line: number;
  /** Where the row begins in its line. */
  readonly from: number;
  readonly text: string;
  /** What the row before it has left switched on. */
  readonly style: Style;
}

/** Longer lines are drawn in several rows, so that a line of megabytes can be scrolled through like any other. */
export const ROW_LENGTH = 2_000;
/** A sequence of control characters is not cut in two where it is shorter than this. */
const SEQUENCE_LENGTH = 64;
const ESCAPE = '\u001b';

/** A log as it grows: rows to draw, told to its listeners once a frame. */
export class LogText {
  /** How many bytes of the log are here: the place at which it goes on. */
  bytes = 0;
  ended = false;
  private readonly done: LogRow[] = [];
  private open: LogRow[] = [];
  /** What has come of the last line, but for the rows of it that are settled, and where that begins in the line. */
  private pending = '';
  private pendingFrom = 0;
  private style = PLAIN;
  private line = 1;
  private version = 0;
  private telling = false;
  private readonly listeners = new Set<() => void>();

  /** @param soon does something with the next frame that is drawn */
  constructor(private readonly soon: (act: () => void) => void = (act) => requestAnimationFrame(act)) {}

  /**
   * @param nextOffset where the text ends in the log, whose bytes that are no text have another length than what is drawn
   * of them
   * @returns false where something is missing before it, which has to be read first
   */
  append(offset: number, text: string, nextOffset = offset + encoded(text).length): boolean {
    if (offset > this.bytes) {
      return false;
    }
    if (nextOffset <= this.bytes) {
      return true;
    }
    const known = this.bytes - offset;
    this.bytes = nextOffset;
    this.take(known === 0 ? text : new TextDecoder().decode(encoded(text).subarray(known)));
    this.tell();
    return true;
  }

  end(): void {
    this.ended = true;
    this.tell();
  }

  get rowCount(): number {
    return this.done.length + this.open.length;
  }

  get lineCount(): number {
    return this.open.length === 0 ? this.line - 1 : this.line;
  }

  row(index: number): LogRow | undefined {
    return index < this.done.length ? this.done[index] : this.open[index - this.done.length];
  }

  /** The first row of a line; undefined where it has not come yet. */
  rowOfLine(line: number): number | undefined {
    let low = 0;
    let high = this.rowCount - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.row(middle)?.line ?? 0) < line) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return this.row(low)?.line === line ? low : undefined;
  }

  /** Rows before it do not change any more. */
  get settledRows(): number {
    return this.done.length;
  }

  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  readonly state = (): number => this.version;

  private take(text: string): void {
    const lines = (this.pending + text).split('\n');
    this.pending = lines.pop() ?? '';
    for (const line of lines) {
      this.settle(this.rowsOf(line));
      this.line += 1;
      this.pendingFrom = 0;
    }
    const open = this.rowsOf(this.pending);
    // A line of megabytes that comes in pieces is not cut up anew with each of them.
    const last = open.at(-1);
    if (open.length > 1 && last !== undefined && !this.pending.includes('\r')) {
      this.settle(open.slice(0, -1));
      this.pendingFrom = last.from;
      this.pending = last.text;
    }
    this.open = this.pending === '' ? [] : this.rowsOf(this.pending);
  }

  private settle(rows: readonly LogRow[]): void {
    for (const row of rows) {
      this.done.push(row);
      this.style = styleAfter(row.text, row.style);
    }
  }

  private rowsOf(raw: string): LogRow[] {
    const text = asATerminalShows(raw);
    const rows: LogRow[] = [];
    let style = this.style;
    let from = 0;
    do {
      const to = cutAt(text, from + ROW_LENGTH);
      const piece = text.slice(from, to);
      rows.push({ line: this.line, from: this.pendingFrom + from, text: piece, style });
      style = styleAfter(piece, style);
      from = to;
    } while (from < text.length);
    return rows;
  }

  private tell(): void {
    if (!this.telling) {
      this.telling = true;
      this.soon(() => {
        this.telling = false;
        this.version += 1;
        this.listeners.forEach((listener) => {
          listener();
        });
      });
    }
  }
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** What comes behind a carriage return stands in the place of what was before it. */
function asATerminalShows(line: string): string {
  if (!line.includes('\r')) {
    return line;
  }
  return line.split('\r').findLast((part) => part !== '') ?? '';
}

/** One that is whole: colours and the like, or a link. */
// eslint-disable-next-line no-control-regex -- it is control sequences that are looked for
const WHOLE_SEQUENCE = /^\u001b(?:\[[\d;:?]*[@-~]|\][^\u0007]*\u0007)/;

/** Not in the middle of a character or of a control sequence. */
function cutAt(text: string, wanted: number): number {
  if (wanted >= text.length) {
    return text.length;
  }
  // Not by lastIndexOf on all of it: that looks back to its beginning, for each row of megabytes.
  const last = text.slice(wanted - SEQUENCE_LENGTH + 1, wanted);
  const escape = last.lastIndexOf(ESCAPE);
  if (escape !== -1 && !WHOLE_SEQUENCE.test(last.slice(escape))) {
    return wanted - last.length + escape;
  }
  const code = text.charCodeAt(wanted - 1);
  return code >= 0xd800 && code <= 0xdbff ? wanted - 1 : wanted;
}
