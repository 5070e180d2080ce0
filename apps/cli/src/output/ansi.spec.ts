import { describe, expect, it } from '@jest/globals';
import { AnsiFilter } from './ansi.js';

const RED = '\u001b[31mred\u001b[0m';

function inPieces(filter: AnsiFilter, text: string): string {
  return Array.from(text)
    .map((character) => filter.pass(character))
    .join('');
}

describe('a log on its way to a terminal', () => {
  it('keeps its colours there, and loses them elsewhere', () => {
    expect(new AnsiFilter(true).pass(`a ${RED} b\n`)).toBe(`a ${RED} b\n`);
    expect(new AnsiFilter(false).pass(`a ${RED} b\n`)).toBe('a red b\n');
  });

  it.each([
    ['moves no cursor and erases nothing', 'a\u001b[2Jb\u001b[10;10Hc\u001b[Kd'],
    ['names no window', 'ab\u001b]0;title\u0007c\u001b]2;title\u001b\\d'],
    ['fills no clipboard', 'abc\u001b]52;c;c2VjcmV0\u0007d'],
    ['sends nothing to the terminal itself', 'a\u001bPpayload\u001b\\bc\u001b_x\u001b\\d'],
    ['rings no bell and goes no step back', 'a\u0007b\bc\u007fd'],
  ])('%s', (_, text) => {
    for (const colours of [true, false]) {
      expect(new AnsiFilter(colours).pass(text)).toBe('abcd');
      expect(inPieces(new AnsiFilter(colours), text)).toBe('abcd');
    }
  });

  it('is the same in pieces that end within a sequence', () => {
    expect(inPieces(new AnsiFilter(true), `a ${RED} zwölf\n\tb\r\n`)).toBe(`a ${RED} zwölf\n\tb\r\n`);
    expect(inPieces(new AnsiFilter(false), `a ${RED} b`)).toBe('a red b');
  });

  it('is not held back by a sequence that never ends', () => {
    const filter = new AnsiFilter(true);
    expect(filter.pass(`\u001b]${'x'.repeat(10_000)}`)).toBe('');
    expect(filter.pass('goes on')).toBe('goes on');
  });
});
