import { describe, expect, it } from '@jest/globals';
import { Buckets } from './buckets.js';

describe('buckets', () => {
  let now = 0;
  const buckets = (capacity: number, perSecond: number) => new Buckets(capacity, perSecond, () => now);

  it('give what they hold at once, and then as fast as they fill', () => {
    const some = buckets(3, 1);
    expect([1, 2, 3, 4].map(() => some.take('a').taken)).toEqual([true, true, true, false]);
    expect(some.waits('a')).toBe(1);
    now += 500;
    expect(some.waits('a')).toBe(0.5);
    now += 500;
    expect(some.take('a')).toEqual({ taken: true, left: 0 });
  });

  it('are each their own, and never hold more than they can', () => {
    const some = buckets(2, 10);
    some.take('a');
    expect(some.waits('b')).toBe(0);
    now += 60_000;
    expect([1, 2, 3].map(() => some.take('a').taken)).toEqual([true, true, false]);
  });

  it('forget the oldest where there are too many', () => {
    const some = buckets(1, 0.001);
    for (let n = 0; n < 50_000; n += 1) {
      some.take(`name ${n}`);
    }
    expect(some.waits('name 49999')).toBeGreaterThan(0);
    expect(some.waits('name 0')).toBe(0);
  });
});
