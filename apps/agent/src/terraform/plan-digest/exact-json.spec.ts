import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalText } from './canonical-text.js';
import { parseExact } from './exact-json.js';

const form = (json: string): string => canonicalText(parseExact(json));

describe('JSON for a digest', () => {
  it.each([
    ['-0', '0'],
    ['0.0', '0'],
    ['1e2', '100'],
    ['1E+2', '100.0'],
    ['100000000000000000000', '1e20'],
    ['9007199254740993', '9007199254740993.000'],
    ['1.50000000000000000000', '1.5'],
    ['1e400', '10e399'],
    ['0.000e-9', '0'],
    ['{"b":1,"a":[2]}', '{"a":[2],"b":1}'],
    [String.raw`"\u00e9"`, '"é"'],
  ])('takes %s and %s for the same', (one, other) => {
    expect(form(one)).toBe(form(other));
  });

  it.each([
    ['9007199254740992', '9007199254740993'],
    ['0.1', '0.10000000000000000001'],
    ['1e400', '1e401'],
    ['1e400', '-1e400'],
    ['9007199254740993', '"9007199254740993"'],
    ['9007199254740993', '"9007199254740993e0"'],
    ['9007199254740993', String.raw`"\u00009007199254740993e0"`],
    [String.raw`"\u0000"`, String.raw`"\u0000\u0000"`],
    [String.raw`"\"\u0000"`, String.raw`"\"\u0000\u0000"`],
    ['1', '"1"'],
    ['null', '"null"'],
    ['{"a":null}', '{}'],
    ['[]', '{}'],
    ['[1,2]', '[2,1]'],
    ['{"__proto__":1}', '{}'],
    ['{"constructor":1}', '{"constructor":2}'],
  ])('tells %s and %s apart', (one, other) => {
    expect(form(one)).not.toBe(form(other));
  });

  it('has one form for each value and no other value has it, whatever the order of its keys', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(value, value, (one, other) => {
        const [first, second] = [JSON.stringify(one), JSON.stringify(other)];
        expect(form(first) === form(second)).toBe(canonicalText(one) === canonicalText(other));
        expect(form(backwards(first))).toBe(form(first));
      }),
    );
  });
});

/** The same, with the keys of its objects in another order. */
function backwards(json: string): string {
  return JSON.stringify(JSON.parse(json), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).reverse())
      : value,
  );
}
