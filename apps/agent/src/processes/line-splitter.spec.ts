import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LineSplitter } from './line-splitter.js';

function split(chunks: readonly Buffer[], maxLength = 1_000): { lines: string[]; oversize: number[] } {
  const lines: string[] = [];
  const oversize: number[] = [];
  const splitter = new LineSplitter(
    maxLength,
    (line) => lines.push(line),
    (length) => oversize.push(length),
  );
  for (const chunk of chunks) {
    splitter.push(chunk);
  }
  splitter.end();
  return { lines, oversize };
}

describe('LineSplitter', () => {
  it('gives the same lines wherever the chunks are cut, inside a character too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }).filter((line) => !/[\n\r]/.test(line))),
        fc.array(fc.nat({ max: 7 })),
        (expected, cuts) => {
          const bytes = Buffer.from(expected.map((line) => `${line}\n`).join(''));
          const chunks: Buffer[] = [];
          let rest = bytes;
          for (const cut of cuts) {
            chunks.push(rest.subarray(0, cut));
            rest = rest.subarray(cut);
          }
          expect(split([...chunks, rest]).lines).toEqual(expected);
        },
      ),
    );
  });

  it('counts what follows the last line break as a line, and nothing as none', () => {
    expect(split([Buffer.from('a\nb')]).lines).toEqual(['a', 'b']);
    expect(split([Buffer.from('a\n')]).lines).toEqual(['a']);
    expect(split([]).lines).toEqual([]);
  });

  it('takes line ends of Windows off', () => {
    expect(split([Buffer.from('a\r\nb\r\n')]).lines).toEqual(['a', 'b']);
  });

  it('drops a line that is longer than the limit, says how long it was, and goes on with the next', () => {
    const chunks = [Buffer.from('xxxx'), Buffer.from('xxxxxx'), Buffer.from('xx\nshort\n')];

    expect(split(chunks, 10)).toEqual({ lines: ['short'], oversize: [12] });
  });

  it('says where the dropped line stands, and how it begins and ends', () => {
    const line = `begin${'é'.repeat(10_000)}end`;
    const stream = Buffer.from(`short\n${line}\nshort\n`);
    const said: unknown[] = [];
    const splitter = new LineSplitter(
      100,
      () => undefined,
      (length, { from, head, tail }) => {
        said.push([stream.toString('utf8', from, from + length), head.toString('utf8', 0, 7)]);
        expect(line.endsWith(tail.toString('utf8').slice(1))).toBe(true);
      },
    );
    for (let at = 0; at < stream.length; at += 7) {
      splitter.push(stream.subarray(at, at + 7));
    }
    splitter.end();
    expect(said).toEqual([[line, 'begin\u00e9']]);
  });
});
