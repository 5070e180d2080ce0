import { describe, expect, it } from '@jest/globals';
import { Loop, type LoopObserver } from './loop.js';

const quiet: LoopObserver = { ran: () => undefined, failed: () => undefined };

/** A loop with a long pause whose runs can be awaited one by one. */
function observedLoop(run: (count: number) => Promise<'again' | 'rest'>, observer: LoopObserver = quiet) {
  const waiting: { count: number; resolve: () => void }[] = [];
  let count = 0;
  const loop = new Loop({
    name: 'test',
    intervalMs: 60_000,
    observer,
    run: async () => {
      count += 1;
      const outcome = await run(count);
      waiting
        .filter((one) => one.count <= count)
        .forEach((one) => {
          one.resolve();
        });
      return outcome;
    },
  });
  const reached = async (wanted: number): Promise<void> => {
    if (count >= wanted) {
      return;
    }
    await new Promise<void>((resolve) => waiting.push({ count: wanted, resolve }));
  };
  return { loop, reached, runs: () => count };
}

describe('a loop', () => {
  it('runs at once when started, and again when woken', async () => {
    const { loop, reached } = observedLoop(async () => 'rest');
    loop.start();
    await reached(1);
    loop.wake();
    await reached(2);
    await loop.stop();
  });

  it('runs again without a pause when the run says so', async () => {
    const { loop, reached, runs } = observedLoop(async (count) => (count < 5 ? 'again' : 'rest'));
    loop.start();
    await reached(5);
    await loop.stop();
    expect(runs()).toBe(5);
  });

  it('loses no wake that comes during a run', async () => {
    const { loop, reached } = observedLoop(async (count) => {
      if (count === 1) {
        loop.wake();
      }
      return 'rest';
    });
    loop.start();
    await reached(2);
    await loop.stop();
  });

  it('goes on after a failure and tells the observer when', async () => {
    let loop: Loop | undefined;
    const nextInMs = await new Promise<number>((resolve) => {
      const observer: LoopObserver = {
        ran: () => undefined,
        failed: (_loop, _error, next) => {
          resolve(next);
        },
      };
      ({ loop } = observedLoop(async () => Promise.reject(new Error('database away')), observer));
      loop.start();
    });
    await loop?.stop();
    expect(nextInMs).toBeGreaterThan(0);
  });

  it('is not run sooner after a failure, however often it is woken, and at once when its back-off is over', async () => {
    const began: number[] = [];
    let waking: NodeJS.Timeout | undefined;
    const { loop, reached } = observedLoop(
      async () => {
        began.push(performance.now());
        return began.length < 3 ? Promise.reject(new Error('database away')) : 'rest';
      },
      {
        ran: () => undefined,
        failed: () => {
          waking ??= setInterval(() => {
            loop.wake();
          }, 1);
        },
      },
    );
    loop.start();
    await reached(3);
    clearInterval(waking);
    await loop.stop();
    const [first = 0, second = 0, third = 0] = began;
    expect(second - first).toBeGreaterThan(490);
    expect(third - second).toBeGreaterThan(990);
    expect(third - first).toBeLessThan(10_000);
  });

  it('may be stopped twice, and before it was started', async () => {
    const { loop } = observedLoop(async () => 'rest');
    await loop.stop();
    await loop.stop();
    expect(loop).toBeInstanceOf(Loop);
  });
});
