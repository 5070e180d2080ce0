import { describe, expect, it } from '@jest/globals';
import { FewAtOnce, NoTurn } from './few-at-once.js';

const PATIENT = { most: 2, waiting: 10, waitMs: 30_000 };

describe('works of which few run at once', () => {
  it('begin in their order, no more than the given number at a time, whether they fail or not', async () => {
    const few = new FewAtOnce(PATIENT);
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

  /** A work that ends when it is told to. */
  function held(few: FewAtOnce): { readonly end: () => void; readonly ended: Promise<string> } {
    let end = (): void => undefined;
    const ended = few.run(
      async () =>
        new Promise<string>((resolve) => {
          end = () => {
            resolve('done');
          };
        }),
    );
    return {
      end: () => {
        end();
      },
      ended,
    };
  }

  it('are refused where too many wait, and nothing of them is done', async () => {
    const few = new FewAtOnce({ ...PATIENT, most: 1, waiting: 1 });
    const first = held(few);
    const second = few.run(async () => 'second');
    await expect(few.run(async () => 'third')).rejects.toThrow(NoTurn);
    first.end();
    expect(await Promise.all([first.ended, second])).toEqual(['done', 'second']);
  });

  it('are refused when no turn comes in time, and keep nobody behind them from theirs', async () => {
    const few = new FewAtOnce({ ...PATIENT, most: 1, waitMs: 10 });
    const first = held(few);
    let done = false;
    await expect(
      few.run(async () => {
        done = true;
      }),
    ).rejects.toThrow('no turn came within 10 ms');
    first.end();
    await first.ended;
    expect(await few.run(async () => 'later')).toBe('later');
    expect(done).toBe(false);
  });
});
