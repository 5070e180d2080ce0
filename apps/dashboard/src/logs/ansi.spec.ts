import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PLAIN, piecesOf, plainText, styleAfter } from './ansi.js';

const ESC = '\u001b';

describe('the colours of a log', () => {
  it('become pieces with a style each', () => {
    const { pieces, end } = piecesOf(`a${ESC}[1;31mb${ESC}[22mc${ESC}[0md`);
    expect(pieces.map(({ text, style }) => [text, style.bold, style.foreground])).toEqual([
      ['a', false, null],
      ['b', true, 1],
      ['c', false, 1],
      ['d', false, null],
    ]);
    expect(end).toEqual(PLAIN);
  });

  it.each([
    ['a link', `${ESC}]8;;javascript:alert(1)\u0007text${ESC}]8;;\u0007`, 'text'],
    ['a title', `${ESC}]0;title\u0007text`, 'text'],
    ['a movement of the cursor', `${ESC}[2K${ESC}[1Gtext`, 'text'],
    ['a bell, a backspace and a null', 'te\u0007\u0008\u0000xt', 'text'],
    ['half a sequence at the end', `text${ESC}`, 'text'],
    ['a device string', `${ESC}Psecret${ESC}\\text`, 'text'],
    ['a colour of 24 bits', `${ESC}[38;2;1;2;3mtext`, 'text'],
    ['HTML', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['a tabulator', 'a\tb', 'a\tb'],
  ])('%s is text and no more', (_what, text, expected) => {
    expect(plainText(text)).toBe(expected);
    expect(
      piecesOf(text)
        .pieces.map((piece) => piece.text)
        .join(''),
    ).toBe(expected);
  });

  it('never leave a control character in what is drawn, whatever comes', () => {
    const odd = fc.string({
      unit: fc.constantFrom(ESC, '[', ']', '0', ';', 'm', '8', '\u0007', '\\', 'P', 'x', '\u009b'),
    });
    fc.assert(
      fc.property(odd, (text) => {
        // eslint-disable-next-line no-control-regex -- these are what must not be there
        expect(plainText(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
        expect(
          piecesOf(text)
            .pieces.map((piece) => piece.text)
            .join(''),
        ).toBe(plainText(text));
        expect(styleAfter(text, PLAIN)).toEqual(piecesOf(text).end);
      }),
    );
  });
});
