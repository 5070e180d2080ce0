import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BUILD_LOG_LEVELS, LogEntryParser, logLine, type BuildLogEntry } from './build-log-lines.js';

const AT = new Date('2026-11-25T01:02:03.004Z');

/** The entries of a text that comes in pieces of so many characters. */
function entriesOf(text: string, size = text.length): BuildLogEntry[] {
  const parser = new LogEntryParser();
  const entries: BuildLogEntry[] = [];
  for (let begin = 0; begin < text.length; begin += size) {
    entries.push(...parser.push(text.slice(begin, begin + size)));
  }
  return [...entries, ...parser.end()];
}

describe('the lines of a build’s log', () => {
  it.each([
    'one line',
    '',
    'two\nlines',
    'three\n\n  indented',
    'with a line end at the end\n',
    'carriage\r\nreturns\r',
    'other ends\u2028of\u2029lines\u0085',
    '2026-01-01T00:00:00.000Z info  like a line of ours',
  ])('come back as the entry that they were, in pieces of any size: %j', (message) => {
    const text = logLine(AT, 'warn', message) + logLine(AT, 'error', 'the next one');
    for (const size of [1, 2, 7, text.length]) {
      expect(entriesOf(text, size)).toEqual([
        { level: 'warn', message, timestamp: AT.toISOString() },
        { level: 'error', message: 'the next one', timestamp: AT.toISOString() },
      ]);
    }
  });

  it('come back whatever they say, in any pieces', () => {
    const entry = fc.record({
      level: fc.constantFrom(...BUILD_LOG_LEVELS),
      message: fc.string({ unit: fc.constantFrom('\n', '\r', ' ', 'x', '\u2028', AT.toISOString(), 'info') }),
    });
    fc.assert(
      fc.property(fc.array(entry), fc.integer({ min: 1, max: 40 }), (entries, size) => {
        const text = entries.map(({ level, message }) => logLine(AT, level, message)).join('');
        expect(entriesOf(text, size)).toEqual(
          entries.map((one) => ({ ...one, timestamp: AT.toISOString() })),
        );
      }),
    );
  });

  it('are none where there is no text', () => {
    expect(entriesOf('')).toEqual([]);
  });

  it('are entries also where a command wrote them', () => {
    expect(entriesOf('added 3 packages\ndone\n')).toEqual([
      { level: 'info', message: 'added 3 packages', timestamp: '' },
      { level: 'info', message: 'done', timestamp: '' },
    ]);
  });
});
