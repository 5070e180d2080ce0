import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseLossless } from './lossless-json.js';

describe('JSON that is parsed without losing a number', () => {
  it('is what JSON.parse makes of it, whatever its texts hold', () => {
    const unit = fc.constantFrom('"', '\\', '1', 'e', '.', '-', ':', '9007199254740993');
    const text = fc.string({ unit });
    fc.assert(
      fc.property(fc.dictionary(text, fc.tuple(text, fc.integer())), (value) => {
        const json = JSON.stringify(value);
        expect(parseLossless(json)).toEqual(JSON.parse(json));
      }),
    );
  });

  it('keeps the digits of the others', () => {
    expect(parseLossless('[9007199254740993, "\\"9007199254740993", -1e400,0.10000000000000000001]')).toEqual(
      ['9007199254740993', '"9007199254740993', '-1e400', '0.10000000000000000001'],
    );
  });

  it('takes a text of any length, of which every character may be escaped', () => {
    const text = '\\"'.repeat(12_000_000);
    expect(parseLossless(`["${text}"]`)).toEqual(['"'.repeat(12_000_000)]);
  });
});
