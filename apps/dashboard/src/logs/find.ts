import { plainText } from './ansi.js';
import type { LogText } from './log-text.js';

/** Where something was found: the row, and where in its plain text. */
export interface Match {
  readonly row: number;
  readonly from: number;
}

/** More than anybody steps through; the count then reads "10,000 or more". */
export const MAX_MATCHES = 10_000;
/** The page stays at hand meanwhile. */
const SLICE_MS = 8;

/**
 * Finds a text in a log, whatever its case, row by row as the log grows. What stands across two rows of one very long
 * line is found, too.
 */
export class Search {
  readonly matches: Match[] = [];
  private readonly wanted: string;
  private next = 0;

  constructor(
    private readonly log: LogText,
    text: string,
  ) {
    this.wanted = text.toLowerCase();
  }

  /** Looks at rows until all have been seen or the slice is over; says whether all have. */
  goOn(now: () => number = () => performance.now()): boolean {
    const until = now() + SLICE_MS;
    // A row that still grows is looked at again when it is whole.
    const rows = this.log.ended ? this.log.rowCount : this.log.settledRows;
    while (this.next < rows && this.matches.length < MAX_MATCHES) {
      this.look(this.next);
      this.next += 1;
      if (now() > until) {
        return this.next >= rows;
      }
    }
    return true;
  }

  private look(index: number): void {
    const row = this.log.row(index);
    if (row === undefined) {
      return;
    }
    const own = plainText(row.text).toLowerCase();
    const after = this.log.row(index + 1);
    const rest =
      after?.line === row.line
        ? plainText(after.text)
            .toLowerCase()
            .slice(0, this.wanted.length - 1)
        : '';
    const text = own + rest;
    for (
      let at = text.indexOf(this.wanted);
      at !== -1;
      at = text.indexOf(this.wanted, at + this.wanted.length)
    ) {
      if (at >= own.length) {
        return;
      }
      this.matches.push({ row: index, from: at });
      if (this.matches.length >= MAX_MATCHES) {
        return;
      }
    }
  }
}
