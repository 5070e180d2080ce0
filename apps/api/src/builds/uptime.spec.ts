import { describe, expect, it } from '@jest/globals';
import { inHoursAndMinutes } from './uptime.js';

describe('an uptime in words', () => {
  it.each([
    [-5, '0s'],
    [999, '0s'],
    [59_999, '59s'],
    [125_000, '2m 5s'],
    [11_525_000, '3h 12m 5s'],
    [86_400_000, '1d 0h 0m 0s'],
  ])('of %d ms is %s', (ms, words) => {
    expect(inHoursAndMinutes(ms)).toBe(words);
  });
});
