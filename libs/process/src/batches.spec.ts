import { describe, expect, it, jest } from '@jest/globals';
import { Batches, type BatchesOptions } from './batches.js';
import { NoTurn } from './few-at-once.js';

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

  /** Whose batches end when they are told to. */
  function held(options: Partial<BatchesOptions<number, number>>) {
    const begun: number[][] = [];
    const ends: ((error?: Error) => void)[] = [];
    const heard: (() => void)[] = [];
    const batches = new Batches<number, number>({
      most: 10,
      gatherMs: 0,
      ...options,
      work: async (items) =>
        new Promise((resolve, reject) => {
          begun.push([...items]);
          heard.splice(0).forEach((hear) => {
            hear();
          });
          ends.push((error) => {
            if (error === undefined) {
              resolve(items);
            } else {
              reject(error);
            }
          });
        }),
    });
    // To be asked for before it begins.
    const inNextBatch = async (): Promise<void> =>
      new Promise((resolve) => {
        heard.push(resolve);
      });
    return { batches, begun, ends, inNextBatch };
  }

  it('keep their pace in a crowd, and whoever comes alone waits for nothing', async () => {
    let now = 1_000;
    jest.useFakeTimers({ now: 0 });
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    const pass = async (ms: number): Promise<void> => {
      now += ms;
      await jest.advanceTimersByTimeAsync(ms);
    };
    try {
      const seen: number[][] = [];
      const batches = new Batches<number, number>({
        most: 10,
        gatherMs: 0,
        paceMs: 20,
        work: async (items) => {
          seen.push([...items]);
          return items;
        },
      });
      const all = [batches.add(1)];
      await pass(1);
      expect(seen).toEqual([[1]]);
      all.push(batches.add(2));
      await pass(10);
      all.push(batches.add(3));
      await pass(5);
      expect(seen).toEqual([[1]]);
      await pass(5);
      expect(seen).toEqual([[1], [2, 3]]);
      await pass(100);
      all.push(batches.add(4));
      await pass(1);
      expect(seen).toEqual([[1], [2, 3], [4]]);
      expect(await Promise.all(all)).toEqual([1, 2, 3, 4]);
    } finally {
      clock.mockRestore();
      jest.useRealTimers();
    }
  });

  it('refuse who has waited for too long, and do nothing for them', async () => {
    const { batches, begun, ends, inNextBatch } = held({ waitMs: 5_000 });
    let now = 1_000;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    try {
      const first = batches.add(1);
      await inNextBatch();
      const late = batches.add(2);
      now += 6_000;
      ends[0]?.();
      await first;
      await expect(late).rejects.toThrow(NoTurn);
      expect(begun).toEqual([[1]]);
      const next = batches.add(3);
      await inNextBatch();
      ends[1]?.();
      expect(await next).toBe(3);
    } finally {
      clock.mockRestore();
    }
  });

  it('do not try alone what fails each as it has failed the whole', async () => {
    const { batches, begun, ends, inNextBatch } = held({ triesAlone: false });
    const both = Promise.allSettled([batches.add(1), batches.add(2)]);
    await inNextBatch();
    ends[0]?.(new Error('the database is away'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(begun).toEqual([[1, 2]]);
  });

  it('go on after a failure', async () => {
    const batches = doubling([]);
    await expect(batches.add(0)).rejects.toThrow('nothing');
    expect(await batches.add(4)).toBe(8);
  });
});
