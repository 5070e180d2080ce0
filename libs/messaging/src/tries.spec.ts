import { describe, expect, it } from '@jest/globals';
import { TriedTooOften, TriesEnded, tryUntilDone } from './tries.js';

const PAUSES = { firstMs: 1, lastMs: 4 };
const away = (): Error => Object.assign(new Error('database away'), { failureClass: 'transient' });
const fullDisk = (): Error => Object.assign(new Error('no space left'), { code: 'ENOSPC', syscall: 'write' });

/** Fails with these, one after the other, then works. */
function failing(errors: readonly Error[], ended = new AbortController().signal, lifeMs = Infinity) {
  const left = [...errors];
  const paused: number[] = [];
  const done = tryUntilDone(
    async () => {
      const error = left.shift();
      if (error !== undefined) {
        throw error;
      }
    },
    {
      pauses: PAUSES,
      ended,
      lifeMs,
      isPermanent: (error) => error instanceof RangeError,
      failed: (_reason, pauseMs) => paused.push(pauseMs),
    },
  );
  return { done, paused, left };
}

describe('tries', () => {
  it('have growing pauses between them', async () => {
    const { done, paused } = failing([new Error('a'), away(), new Error('b'), away()]);
    await done;
    expect(paused).toEqual([1, 2, 4, 4]);
  });

  it('end after eight failures that nobody knows', async () => {
    const { done, left } = failing(Array.from({ length: 9 }, () => new TypeError('a fault')));
    await expect(done).rejects.toThrow(new TriedTooOften(8, new TypeError('a fault')));
    expect(left).toHaveLength(1);
  });

  it('do not count what is away, or what the machine refuses', async () => {
    const { done } = failing(Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? away() : fullDisk())));
    await done;
  });

  it('end at once with what will never work', async () => {
    const { done, left } = failing([new RangeError('never'), away()]);
    await expect(done).rejects.toThrow(RangeError);
    expect(left).toHaveLength(1);
  });

  it('end with the time that the message had', async () => {
    const { done, left } = failing([away(), away()], new AbortController().signal, 0);
    await expect(done).rejects.toThrow(TriesEnded);
    expect(left).toHaveLength(1);
  });

  it('end with the delivery that they are for', async () => {
    const { done, left } = failing([away(), away()], AbortSignal.abort());
    await expect(done).rejects.toThrow(TriesEnded);
    expect(left).toHaveLength(1);
  });
});
