import { describe, expect, it } from '@jest/globals';
import { describeChanges } from './changes.js';

describe('what a plan would do', () => {
  it('is said as terraform says it', () => {
    expect(describeChanges({ add: 1, change: 0, destroy: 2 })).toBe('1 to add, 0 to change, 2 to destroy');
  });

  it('is never three noughts where there is something else', () => {
    const none = { add: 0, change: 0, destroy: 0 };
    expect(describeChanges({ ...none, import: 1, move: 2, forget: 3, outputs: 1 })).toBe(
      '0 to add, 0 to change, 0 to destroy, 1 to import, 2 to move, 3 to forget, 1 output to change',
    );
    expect(describeChanges({ ...none, drift: 1, actions: 2, outputs: 2, other: 1 })).toBe(
      '0 to add, 0 to change, 0 to destroy, 1 to refresh, 2 to invoke, 2 outputs to change, and more than Berth can show',
    );
  });
});
