import { describe, expect, it } from '@jest/globals';
import { withSerial } from './state-content.js';

function stateOf(text: string): Buffer {
  return Buffer.from(text);
}

describe('the serial of a state', () => {
  it('is another one, and everything else stays as it was, large numbers included', () => {
    const state =
      '{ "version": 4, "serial": 7, "lineage": "x", "outputs": {"id": {"value": 9007199254740993}} }';
    expect(withSerial(stateOf(state), 12).toString()).toBe(state.replace('"serial": 7', '"serial": 12'));
  });

  it('is not mistaken for an attribute of that name, wherever it stands', () => {
    const before =
      '{"version":4,"lineage":"x","outputs":{"serial":{"value":{"serial":1}}},"said":"\\"serial\\": 3",';
    expect(withSerial(stateOf(`${before}"serial":1}`), 2).toString()).toBe(`${before}"serial":2}`);
  });

  it('leaves the bytes alone where it is that one already', () => {
    const state = stateOf('{"serial" : 3}');
    expect(withSerial(state, 3)).toBe(state);
  });
});
