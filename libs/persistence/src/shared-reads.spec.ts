import { describe, expect, it } from '@jest/globals';
import { SharedReads } from './shared-reads.js';
import type { Sql, Together } from './sql.js';

const NO_SQL = {} as Sql;

/** A read that ends when it is told to, and what it was asked for each time. */
function held() {
  const begun: number[][] = [];
  const ends: ((error?: Error) => void)[] = [];
  const read: Together<number, number> = {
    work: async (_sql, items) =>
      new Promise((resolve, reject) => {
        begun.push([...items]);
        ends.push((error) => {
          if (error === undefined) {
            resolve(items.map((item) => 2 * item));
          } else {
            reject(error);
          }
        });
      }),
  };
  return { begun, ends, read };
}

/** All that was asked in this turn has been sent. */
const turn = async (): Promise<void> => new Promise(setImmediate);

describe('shared reads', () => {
  it('ask for all that is wanted in one turn at once, and give each its own', async () => {
    const { begun, ends, read } = held();
    const reads = new SharedReads(NO_SQL);
    const answers = Promise.all([1, 2, 1].map(async (item) => reads.add(read, item)));
    await turn();
    ends[0]?.();

    expect(await answers).toEqual([2, 4, 2]);
    expect(begun).toEqual([[1, 2, 1]]);
  });

  it('ask for what is wanted meanwhile when the read before has ended, and never give what was read before', async () => {
    const { begun, ends, read } = held();
    const reads = new SharedReads(NO_SQL);
    const first = reads.add(read, 1);
    await turn();
    const others = Promise.all([1, 3].map(async (item) => reads.add(read, item)));
    await turn();
    expect(begun).toEqual([[1]]);

    ends[0]?.();
    expect(await first).toBe(2);
    await turn();
    ends[1]?.();
    expect(await others).toEqual([2, 6]);
    expect(begun).toEqual([[1], [1, 3]]);
  });

  it('do not mix two kinds, of which neither waits for the other', async () => {
    const one = held();
    const other = held();
    const reads = new SharedReads(NO_SQL);
    void reads.add(one.read, 1);
    await turn();
    const answer = reads.add(other.read, 2);
    await turn();
    other.ends[0]?.();

    expect(await answer).toBe(4);
  });

  it('do not wait for one that hangs', async () => {
    const { begun, ends, read } = held();
    const reads = new SharedReads(NO_SQL);
    void reads.add(read, 1);
    await turn();
    const second = reads.add(read, 2);
    while (begun.length < 2) {
      await turn();
    }
    ends[1]?.();
    expect(await second).toBe(4);

    const third = reads.add(read, 3);
    await turn();
    ends[2]?.();
    expect(await third).toBe(6);
    ends[0]?.();
  });

  it('that fail, fail for those who shared them, and for nobody after them', async () => {
    const { ends, read } = held();
    const reads = new SharedReads(NO_SQL);
    const failed = Promise.allSettled([1, 2].map(async (item) => reads.add(read, item)));
    await turn();
    const next = reads.add(read, 3);
    ends[0]?.(new Error('away'));

    expect(await failed).toMatchObject([
      { status: 'rejected', reason: new Error('away') },
      { status: 'rejected', reason: new Error('away') },
    ]);
    await turn();
    ends[1]?.();
    expect(await next).toBe(6);
  });
});
