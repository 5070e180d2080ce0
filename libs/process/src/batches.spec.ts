import { describe, expect, it } from '@jest/globals';
import { Batches } from './batches.js';

describe('batches', () => {
  const doubling = (seen: number[][], most = 10) =>
    new Batches<number, number>({
      most,
      gatherMs: 5,
      work: async (items) => {
        seen.push([...items]);
        if (items.includes(0)) {
          throw new Error('nothing is twice as much');
        }
        return items.map((item) => 2 * item);
      },
    });

  it('work together what was asked for within a moment, and give each its own result', async () => {
    const seen: number[][] = [];
    const batches = doubling(seen);
    expect(await Promise.all([1, 2, 3].map(async (item) => batches.add(item)))).toEqual([2, 4, 6]);
    expect(seen).toEqual([[1, 2, 3]]);
  });

  it('hold no more than their most, one batch after the other', async () => {
    const seen: number[][] = [];
    const batches = doubling(seen, 2);
    await Promise.all([1, 2, 3, 4, 5].map(async (item) => batches.add(item)));
    expect(seen).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('work alone what was in a batch that failed, so that only the bad one is refused', async () => {
    const batches = doubling([]);
    const results = await Promise.allSettled([1, 0, 3].map(async (item) => batches.add(item)));
    expect(results).toMatchObject([
      { status: 'fulfilled', value: 2 },
      { status: 'rejected', reason: new Error('nothing is twice as much') },
      { status: 'fulfilled', value: 6 },
    ]);
  });

  it('go on after a failure', async () => {
    const batches = doubling([]);
    await expect(batches.add(0)).rejects.toThrow('nothing');
    expect(await batches.add(4)).toBe(8);
  });
});
