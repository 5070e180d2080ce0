import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HomeIsTaken, lockHome } from './home-lock.js';

describe('the lock of a home', () => {
  let directory: string;
  let lock: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'berth-lock-'));
    lock = join(directory, 'lock.json');
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('is refused while its owner lives, and names it', async () => {
    const unlock = await lockHome(lock);

    await expect(lockHome(lock)).rejects.toThrow(`already running (pid ${process.pid})`);
    expect(readdirSync(directory)).toEqual(['lock.json']);
    await unlock();
  });

  it('can be taken again after it was given back', async () => {
    await (
      await lockHome(lock)
    )();
    await (
      await lockHome(lock)
    )();

    expect(readdirSync(directory)).toEqual([]);
  });

  it('is taken over from an owner that is gone, whose pid another process may have', async () => {
    writeFileSync(lock, JSON.stringify({ pid: process.pid, startTime: 'long ago' }));
    await (
      await lockHome(lock)
    )();
    writeFileSync(lock, 'cut o');
    await (
      await lockHome(lock)
    )();

    expect(readdirSync(directory)).toEqual([]);
  });

  it('goes to exactly one of many that find it abandoned, a hundred times in a row', async () => {
    for (let round = 0; round < 100; round += 1) {
      writeFileSync(lock, JSON.stringify({ pid: process.pid, startTime: 'long ago' }));

      const results = await Promise.allSettled(Array.from({ length: 8 }, async () => lockHome(lock)));

      const refused = results.filter((result) => result.status === 'rejected');
      expect(refused).toHaveLength(7);
      expect(refused.every(({ reason }) => reason instanceof HomeIsTaken)).toBe(true);
      rmSync(lock);
    }
  }, 60_000);

  it('is taken over also where a launcher was killed while it took it over', async () => {
    const dead = JSON.stringify({ pid: process.pid, startTime: 'long ago' });
    writeFileSync(lock, dead);
    writeFileSync(`${lock}.removal`, dead);
    await (
      await lockHome(lock)
    )();
    expect(readdirSync(directory)).toEqual([]);
  });
});
