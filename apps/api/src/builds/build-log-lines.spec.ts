import { describe, expect, it } from '@jest/globals';
import { logEntries, logLine } from './build-log-lines.js';

const AT = new Date('2026-11-25T01:02:03.004Z');

describe('the lines of a build’s log', () => {
  it.each([
    'one line',
    '',
    'two\nlines',
    'three\n\n  indented',
    '2026-01-01T00:00:00.000Z info  like a line of ours',
  ])('come back as the entry that they were: %j', (message) => {
    const text = logLine(AT, 'warn', message) + logLine(AT, 'error', 'the next one');
    expect(logEntries(text)).toEqual([
      { level: 'warn', message, timestamp: AT.toISOString() },
      { level: 'error', message: 'the next one', timestamp: AT.toISOString() },
    ]);
  });

  it('are entries also where a command wrote them', () => {
    expect(logEntries('added 3 packages\ndone\n')).toEqual([
      { level: 'info', message: 'added 3 packages', timestamp: '' },
      { level: 'info', message: 'done', timestamp: '' },
    ]);
  });
});
