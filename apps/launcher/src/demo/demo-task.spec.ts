import { describe, expect, it } from '@jest/globals';
import { isInTheWay, isMadeByDemo, isOfTheExample } from './demo-task.js';

describe('a task of the demo', () => {
  it('is known by the beginning of its message', () => {
    expect(isMadeByDemo({ message: 'npm run demo: run 1' })).toBe(true);
    expect(isMadeByDemo({ message: 'as in npm run demo: run 1' })).toBe(false);
    expect(isMadeByDemo({ message: null })).toBe(false);
  });
});

describe('a task in the way', () => {
  it('is one that writes and has not ended', () => {
    expect(isInTheWay({ operation: 'destroy', finishedAt: null })).toBe(true);
    expect(isInTheWay({ operation: 'plan', finishedAt: null })).toBe(false);
    expect(isInTheWay({ operation: 'apply', finishedAt: '2026-01-01T00:00:00Z' })).toBe(false);
  });
});

describe('a plan of the example', () => {
  it.each([
    [{ add: 1, change: 0, destroy: 0 }, true],
    [{ add: 0, change: 1, destroy: 0 }, true],
    [{ add: 1, change: 0, destroy: 3 }, false],
    [{ add: 0, change: 0, destroy: 0 }, false],
    [null, false],
  ])('with changes %j: %s', (changes, expected) => {
    expect(isOfTheExample({ changes })).toBe(expected);
  });
});
