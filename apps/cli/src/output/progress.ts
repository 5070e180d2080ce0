import { clearLine, cursorTo } from 'node:readline';
import { textWidth } from './table.js';

/** A stream that may be a terminal. */
export type TerminalStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/**
 * One line on what goes on, redrawn in its place. Only a terminal gets one: in a log it would be noise. Whoever writes
 * something else to the terminal takes it away first.
 */
export class ProgressLine {
  private shown = '';
  private readonly live: boolean;

  constructor(
    private readonly stream: TerminalStream,
    env: Readonly<Record<string, string | undefined>>,
  ) {
    this.live = stream.isTTY === true && env['TERM'] !== 'dumb' && !env['CI'];
  }

  show(text: string): void {
    const line = this.live ? fitted(text, (this.stream.columns ?? 80) - 1) : '';
    if (line !== this.shown) {
      this.clear();
      this.stream.write(line);
      this.shown = line;
    }
  }

  clear(): void {
    if (this.shown !== '') {
      cursorTo(this.stream, 0);
      clearLine(this.stream, 0);
      this.shown = '';
    }
  }
}

function fitted(text: string, width: number): string {
  return textWidth(text) <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** Ten times a second is often enough for eyes. */
export class Pace {
  private last = 0;

  isTime(): boolean {
    const now = Date.now();
    if (now - this.last < 100) {
      return false;
    }
    this.last = now;
    return true;
  }
}
