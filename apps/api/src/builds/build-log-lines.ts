import type { BuildLogLevel, BuildLogs } from '@berth/contracts';

type Entry = BuildLogs['logs'][number];

const LEVELS: readonly BuildLogLevel[] = ['info', 'warn', 'error'];
const LINE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (info|warn|error) {1,2}(.*)$/;

/** An entry as text, so that a build's log reads like any other task's: further lines of it are indented. */
export function logLine(time: Date, level: BuildLogLevel, message: string): string {
  return `${time.toISOString()} ${level.padEnd(5)} ${message.replaceAll('\0', '').replaceAll('\n', '\n  ')}\n`;
}

/** The entries of a text that `logLine` wrote; a line of another kind is an entry of its own without a time of its own. */
export function logEntries(text: string): Entry[] {
  const entries: { level: BuildLogLevel; lines: string[]; timestamp: string }[] = [];
  for (const line of text.split('\n').slice(0, text.endsWith('\n') ? -1 : undefined)) {
    const begin = LINE.exec(line);
    const last = entries.at(-1);
    if (begin !== null) {
      const [, timestamp = '', level, message = ''] = begin;
      entries.push({ level: levelOf(level), lines: [message], timestamp });
    } else if (last !== undefined && line.startsWith('  ')) {
      last.lines.push(line.slice(2));
    } else {
      entries.push({ level: 'info', lines: [line], timestamp: last?.timestamp ?? '' });
    }
  }
  return entries.map(({ level, lines, timestamp }) => ({ level, message: lines.join('\n'), timestamp }));
}

function levelOf(word: string | undefined): BuildLogLevel {
  return LEVELS.find((level) => level === word) ?? 'info';
}
