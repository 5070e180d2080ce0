import { describe, expect, it } from '@jest/globals';
import { chooseEvictions } from './eviction.js';

function entry(name: string, bytes: number, lastUsedMs: number, inUse = false) {
  return { name, bytes, lastUsedMs, inUse };
}

function chosen(entries: ReturnType<typeof entry>[], maxBytes: number): string[] {
  return chooseEvictions(entries, maxBytes).map(({ name }) => name);
}

describe('chooseEvictions', () => {
  it('chooses nothing while all fits', () => {
    expect(chosen([entry('a', 60, 1), entry('b', 40, 2)], 100)).toEqual([]);
  });

  it('chooses the longest unused until the rest fits, and no more', () => {
    expect(chosen([entry('new', 50, 3), entry('old', 50, 1), entry('middle', 50, 2)], 100)).toEqual(['old']);
    expect(chosen([entry('new', 50, 3), entry('old', 50, 1), entry('middle', 50, 2)], 60)).toEqual([
      'old',
      'middle',
    ]);
  });

  it('leaves what a slot links to, even where the rest alone does not make enough room', () => {
    expect(chosen([entry('linked', 100, 1, true), entry('free', 10, 2)], 50)).toEqual(['free']);
    expect(chosen([entry('linked', 100, 1, true)], 0)).toEqual([]);
  });
});
