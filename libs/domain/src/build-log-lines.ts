/** How grave a line of a build's log is. */
export const BUILD_LOG_LEVELS = ['info', 'warn', 'error'] as const;
export type BuildLogLevel = (typeof BUILD_LOG_LEVELS)[number];

/** One thing that a build's log says. */
export interface BuildLogEntry {
  readonly level: BuildLogLevel;
  readonly message: string;
  /** RFC 3339; empty where nobody has noted it. */
  readonly timestamp: string;
}

/** `s`: without it, a dot stops at a carriage return, and an entry with a progress bar loses its level and time. */
const LINE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (info |warn |error) (.*)$/s;

/** An entry as text, so that a build's log reads like any other task's: further lines of it are indented. */
export function logLine(time: Date, level: BuildLogLevel, message: string): string {
  return `${time.toISOString()} ${level.padEnd(5)} ${message.replaceAll('\0', '').replaceAll('\n', '\n  ')}\n`;
}

/**
 * Takes a text that `logLine` wrote apart, piece by piece: clients count entries, so one is given when the next one has
 * begun and no earlier. A line of another kind is an entry of its own without a time of its own.
 */
export class LogEntryParser {
  private rest = '';
  private open: { level: BuildLogLevel; lines: string[]; timestamp: string } | null = null;

  /** The entries that are whole now. */
  push(piece: string): BuildLogEntry[] {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.add(line));
  }

  /** What is left at the end of the text. */
  end(): BuildLogEntry[] {
    const last = this.rest === '' ? [] : this.add(this.rest);
    this.rest = '';
    return [...last, ...this.close()];
  }

  private add(line: string): BuildLogEntry[] {
    const begin = LINE.exec(line);
    if (begin === null && this.open !== null && line.startsWith('  ')) {
      this.open.lines.push(line.slice(2));
      return [];
    }
    const timestamp = begin?.[1] ?? this.open?.timestamp ?? '';
    const before = this.close();
    const level = BUILD_LOG_LEVELS.find((one) => one === begin?.[2]?.trimEnd()) ?? 'info';
    this.open = { level, lines: [begin?.[3] ?? line], timestamp };
    return before;
  }

  private close(): BuildLogEntry[] {
    if (this.open === null) {
      return [];
    }
    const { level, lines, timestamp } = this.open;
    this.open = null;
    return [{ level, message: lines.join('\n'), timestamp }];
  }
}
