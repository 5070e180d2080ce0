import { plainText } from './ansi.js';
import type { LogText } from './log-text.js';

/** As terraform and OpenTofu begin a diagnostic, in its frame or without one, and as the log of a build does. */
const ERROR = /^[\s│╷|]*(?:Error:|Error running |\[?ERROR\]?\b|fatal:|panic:)/;

/** The line at which it first goes wrong; null where none says so. */
export function firstErrorLine(log: LogText): number | null {
  for (let index = 0; index < log.rowCount; index += 1) {
    const row = log.row(index);
    if (row?.from === 0 && ERROR.test(plainText(row.text.slice(0, 200)))) {
      return row.line;
    }
  }
  return null;
}
