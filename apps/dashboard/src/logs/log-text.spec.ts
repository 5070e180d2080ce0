import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LogText, ROW_LENGTH } from './log-text.js';

function fresh(): LogText {
  return new LogText(() => undefined);
}

function linesOf(log: LogText): string[] {
  const lines: string[] = [];
  for (let index = 0; index < log.rowCount; index += 1) {
    const row = log.row(index);
    if (row !== undefined) {
      lines[row.line - 1] = (lines[row.line - 1] ?? '') + row.text;
    }
  }
  return lines;
}

const bytes = (text: string): number => Buffer.byteLength(text);

describe('a log as it grows', () => {
  it('has the same lines in whatever pieces it comes', () => {
    const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', '\n', 'ä', '🚢', ' ', '\u001b[31m') }));
    fc.assert(
      fc.property(pieces, (parts) => {
        const log = fresh();
        parts.forEach((part) => log.append(log.bytes, part));
        const whole = parts.join('');
        const expected = whole.split('\n');
        expect(linesOf(log)).toEqual(expected.at(-1) === '' ? expected.slice(0, -1) : expected);
        expect(log.bytes).toBe(bytes(whole));
      }),
    );
  });

  it('takes nothing twice, and says where something is missing', () => {
    const log = fresh();
    expect(log.append(0, 'onä\n')).toBe(true);
    expect(log.append(0, 'onä\ntwo\n')).toBe(true);
    expect(log.append(2, 'ä')).toBe(true);
    expect(linesOf(log)).toEqual(['onä', 'two']);
    expect(log.append(100, 'far ahead')).toBe(false);
    expect(linesOf(log)).toEqual(['onä', 'two']);
  });

  it('goes on behind bytes that are no text, which are drawn as something of another length', () => {
    const log = fresh();
    expect(log.append(0, 'a\ufffd\n', 3)).toBe(true);
    expect(log.append(3, 'b\n', 5)).toBe(true);
    expect(linesOf(log)).toEqual(['a\ufffd', 'b']);
  });

  it('draws a line of megabytes in rows, cut in no character and no colour, also while it comes in pieces', () => {
    const line = '🚢\u001b[32mgreen\u001b[0m'.repeat(40_000);
    const log = fresh();
    for (let from = 0; from < line.length; from += 33_334) {
      log.append(log.bytes, line.slice(from, from + 33_334));
    }
    log.append(log.bytes, '\nafter\n');
    expect(linesOf(log)).toEqual([line, 'after']);
    expect(log.rowCount).toBeGreaterThan(line.length / ROW_LENGTH);
    for (let index = 0; index < log.rowCount; index += 1) {
      const { text = '' } = log.row(index) ?? {};
      expect(Buffer.from(text).toString()).toBe(text);
      expect(text.split('\u001b').every((part, at) => at === 0 || /^\[\d+m/.test(part))).toBe(true);
    }
    expect(log.row(log.rowOfLine(2) ?? 0)).toMatchObject({ line: 2, from: 0, text: 'after' });
  });

  it('shows what a terminal would where a line was written over', () => {
    const log = fresh();
    log.append(0, '10 %\r50 %\r100 %\nwindows\r\n');
    expect(linesOf(log)).toEqual(['100 %', 'windows']);
  });

  it('carries a colour over to the rows behind it until it ends', () => {
    const log = fresh();
    log.append(0, '\u001b[31mred\nstill\u001b[0m\nplain\n');
    expect([0, 1, 2].map((index) => log.row(index)?.style.foreground)).toEqual([null, 1, null]);
  });

  it('finds the row of a line, and none of one that has not come', () => {
    const log = fresh();
    log.append(0, 'x\n'.repeat(1_000));
    expect(log.rowOfLine(1)).toBe(0);
    expect(log.rowOfLine(1_000)).toBe(999);
    expect(log.rowOfLine(1_001)).toBeUndefined();
    expect(fresh().rowOfLine(1)).toBeUndefined();
  });

  it('tells its listeners once for all that comes before the next frame', () => {
    const frames: (() => void)[] = [];
    const log = new LogText((act) => frames.push(act));
    let told = 0;
    log.listen(() => (told += 1));
    log.append(0, 'a\n');
    log.append(2, 'b\n');
    log.end();
    frames.forEach((frame) => {
      frame();
    });
    expect([frames.length, told, log.ended]).toEqual([1, 1, true]);
  });

  // To look back to its beginning from each row took 40 s.
  it('cuts up a line of 10 MB that comes in one piece', () => {
    const log = fresh();
    log.append(0, `${'0123456789'.repeat(1_000_000)}\n`);
    expect([log.lineCount, log.rowCount]).toEqual([1, 5_000]);
  });
});
