import { describe, expect, it } from '@jest/globals';
import { cutText } from './cut-text.js';

describe('a text that is too long', () => {
  it('is cut and says so, within its limit', () => {
    const cut = cutText('x'.repeat(20_000), 10_000);
    expect(cut).toHaveLength(10_000);
    expect(cut).toMatch(/^x+ \(cut here: it had 20000 characters\)$/);
  });

  it('is never cut in the middle of a character', () => {
    for (const length of [100, 101]) {
      expect(cutText('😀'.repeat(100), length)).toMatch(/^(😀)+ \(cut here/u);
    }
  });

  it('stays as it is where it is short enough', () => {
    expect(cutText('short', 5)).toBe('short');
  });
});
