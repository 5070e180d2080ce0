import { describe, expect, it } from '@jest/globals';
import { FewAtOnce } from './few-at-once.js';

describe('works of which few run at once', () => {
  it('begin in their order, no more than the given number at a time, whether they fail or not', async () => {
    const few = new FewAtOnce(2);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const work = (n: number) => async (): Promise<number> => {
      begun.push(n);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      running -= 1;
      if (n % 2 === 1) {
        throw new Error(`${n} fails`);
      }
      return n;
    };
    const ended = await Promise.allSettled([0, 1, 2, 3, 4, 5].map(async (n) => few.run(work(n))));
    expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(2);
    expect(ended.map(({ status }) => status === 'fulfilled')).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(await few.run(work(6))).toBe(6);
  });
});
