import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { serialOf, withIdentity } from './state-identity.js';

const rewritten = (state: string, serial: bigint, lineage = 'x'): string =>
  withIdentity(Buffer.from(state), { serial, lineage }).toString();

describe('the serial and lineage of a state', () => {
  it('are others, and everything else stays as it was, large numbers included', () => {
    const state =
      '{ "version": 4, "serial": 9007199254740993, "lineage": "", "outputs": {"id": {"value": 9007199254740993}} }';
    expect(serialOf(Buffer.from(state))).toBe(9_007_199_254_740_993n);
    expect(rewritten(state, 9_007_199_254_740_995n)).toBe(
      '{ "version": 4, "serial": 9007199254740995, "lineage": "x", "outputs": {"id": {"value": 9007199254740993}} }',
    );
  });

  it('are not mistaken for attributes of that name, wherever they stand', () => {
    const before =
      '{"version":4,"lineage":"x","outputs":{"serial":{"value":{"serial":1}}},"said":"\\"serial\\": 3",';
    expect(rewritten(`${before}"serial":1}`, 2n)).toBe(`${before}"serial":2}`);
  });

  it('leave the bytes alone where they are those already', () => {
    const state = Buffer.from('{"serial" : 3, "lineage":"x"}');
    expect(withIdentity(state, { serial: 3n, lineage: 'x' })).toBe(state);
  });

  it('are put in where they are missing, and replaced where they are something else', () => {
    expect(rewritten('{}', 1n)).toBe('{"serial":1,"lineage":"x"}');
    expect(rewritten(' {"version":4}', 1n)).toBe(' {"serial":1,"lineage":"x","version":4}');
    expect(rewritten('{"serial":"7","lineage":[1,{"serial":2}]}', 8n)).toBe('{"serial":8,"lineage":"x"}');
  });

  it('are read and replaced in any object, as JSON itself would do it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), (object, isSpaced) => {
        const json = JSON.stringify({ ...object, serial: 5, lineage: 'é"\\' }, null, isSpaced ? 2 : 0);
        expect(serialOf(Buffer.from(json))).toBe(5n);
        expect(JSON.parse(rewritten(json, 6n))).toEqual({
          ...(JSON.parse(json) as object),
          serial: 6,
          lineage: 'x',
        });
      }),
    );
  });

  it.each(['-1', '1.5', '1e3', '"1"', 'null', '9223372036854775808', '{}'])(
    'has no serial where it says %s',
    (serial) => {
      expect(serialOf(Buffer.from(`{"serial": ${serial}}`))).toBeNull();
    },
  );
});
