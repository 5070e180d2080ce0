import { describe, expect, it } from '@jest/globals';
import { decideRestart } from './restart-policy.js';

describe('a process that died', () => {
  it('is started again, after a pause that doubles with each recent restart', () => {
    expect(decideRestart([], 0)).toEqual({ kind: 'restart', delayMs: 250 });
    expect(decideRestart([1, 2, 3], 4)).toEqual({ kind: 'restart', delayMs: 2_000 });
  });

  it('is given up after five restarts within a minute', () => {
    expect(decideRestart([1, 2, 3, 4, 5], 6)).toEqual({ kind: 'give-up' });
  });

  it('is forgiven what is more than a minute ago', () => {
    expect(decideRestart([1, 2, 3, 4, 5], 60_005)).toEqual({ kind: 'restart', delayMs: 250 });
  });
});
