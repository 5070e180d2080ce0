import { describe, expect, it } from '@jest/globals';
import { durationInWords, relativeInWords } from './duration.js';

describe('times in words', () => {
  it.each([
    [0.02, '20 ms'],
    [0.85, '850 ms'],
    [1, '1 s'],
    [4.26, '4.2 s'],
    [59.4, '59 s'],
    [60, '1 min'],
    [185, '3 min 5 s'],
    [3_600, '1 h'],
    [7_440, '2 h 4 min'],
    [266_400, '3 d 2 h'],
  ])('%d seconds are %s', (seconds, words) => {
    expect(durationInWords(seconds)).toBe(words);
  });

  it.each([
    [-1, 'just now'],
    [-185, '3 min ago'],
    [-6.5, '6 s ago'],
    [7_440, 'in 2 h'],
  ])('a moment %d seconds from now is %s', (seconds, words) => {
    expect(relativeInWords(1_000_000 + seconds * 1_000, 1_000_000)).toBe(words);
  });
});
