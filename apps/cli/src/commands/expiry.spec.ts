import { describe, expect, it } from '@jest/globals';
import { expiresAt, lifetime } from './expiry.js';

describe('how long a key lives', () => {
  it.each([
    ['12h', 43_200_000],
    ['90d', 7_776_000_000],
    ['4w', 2_419_200_000],
  ])('is read from %s', (value, milliseconds) => {
    expect(lifetime(value)).toBe(milliseconds);
  });

  it.each(['', '0d', '90', '-1d', '1.5d', '90 d', '3m', '100000d'])('is not %p', (value) => {
    expect(() => lifetime(value)).toThrow(/such as 12h, 90d or 4w/);
  });

  it('is a time to come for the api, and nothing where nothing was said', () => {
    expect(expiresAt(lifetime('1d'), Date.UTC(2026, 0, 1))).toEqual({
      expiresAt: '2026-01-02T00:00:00.000Z',
    });
    expect(expiresAt(undefined)).toEqual({});
  });
});
