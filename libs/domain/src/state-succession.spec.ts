import { describe, expect, it } from '@jest/globals';
import { stateSuccession, type StateIdentity, type StateWriter } from './state-succession.js';

const stored: StateIdentity = { serial: 9_007_199_254_740_992n, lineage: 'a', sha256: 'stored' };

function follows(next: Partial<StateIdentity>, writer: StateWriter): boolean {
  return stateSuccession(stored, { ...stored, sha256: 'next', ...next }, writer).follows;
}

describe('the next state', () => {
  it.each<[StateWriter, bigint, string, boolean]>([
    ['run', 1n, 'a', true],
    ['run', 0n, 'a', false],
    ['run', -1n, 'a', false],
    ['run', 2n, 'a', false],
    ['run', 1n, 'b', false],
    ['terraform', 1n, 'a', true],
    ['terraform', 7n, 'a', true],
    ['terraform', 0n, 'a', false],
    ['terraform', -5n, 'b', true],
    ['person', 7n, 'a', true],
    ['person', 0n, 'a', false],
    ['person', 7n, 'b', false],
  ])('of a %s, its serial higher by %s and its lineage "%s" where "a" is stored: %s', (...given) => {
    const [writer, higherBy, lineage, expected] = given;
    expect(follows({ serial: stored.serial + higherBy, lineage }, writer)).toBe(expected);
  });

  it('may be any where there is none', () => {
    expect(stateSuccession(null, { ...stored, serial: 0n }, 'run')).toEqual({ follows: true });
  });

  it('is the stored one again where its bytes are', () => {
    expect(stateSuccession(stored, stored, 'run')).toEqual({ follows: false, isSame: true });
  });

  it('is refused with both in words', () => {
    const next = { ...stored, sha256: 'next', lineage: 'b' };
    expect(stateSuccession(stored, next, 'run')).toEqual({
      follows: false,
      isSame: false,
      reason:
        'the stored state has lineage a and serial 9007199254740992, this one b and 9007199254740992: only one of the same lineage follows it',
    });
  });
});
