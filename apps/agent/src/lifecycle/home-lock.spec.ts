import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { livingProcess } from '../processes/process-identity.js';
import { lockHome } from './home-lock.js';

describe('the home of an agent', () => {
  let home: string;
  let other: ChildProcess;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'berth-home-'));
    other = spawn('sleep', ['1000'], { stdio: 'ignore' });
    await once(other, 'spawn');
  });

  afterEach(async () => {
    other.kill('SIGKILL');
    await rm(home, { recursive: true });
  });

  /** As another process has left it, or has it still. */
  async function heldBy(holder: object, silentSeconds = 0): Promise<void> {
    const path = join(home, 'agent.lock');
    const startTime = (await livingProcess(Number(other.pid)))?.startTime;
    await writeFile(
      path,
      JSON.stringify({ pid: other.pid, startTime, host: hostname(), token: 'its', ...holder }),
    );
    const touched = new Date(Date.now() - silentSeconds * 1_000);
    await utimes(path, touched, touched);
  }

  it('is one agent’s at a time, and can be had again', async () => {
    const lock = await lockHome(home);
    await expect(lockHome(home)).rejects.toThrow(
      `another agent is at work in ${home} (pid ${process.pid}): stop it`,
    );
    await lock.release();
    await (await lockHome(home)).release();
    expect(await readdir(home)).toEqual([]);
  });

  it('stays that of an agent that is frozen, however long', async () => {
    await heldBy({}, 86_400);
    await expect(lockHome(home)).rejects.toThrow(`(pid ${other.pid})`);
  });

  it('is free when its agent is gone, also where something else has got its number', async () => {
    await heldBy({ startTime: '1' });
    await (await lockHome(home)).release();

    await heldBy({});
    other.kill('SIGKILL');
    await once(other, 'exit');
    await (await lockHome(home)).release();
  });

  it('is that of an agent of another machine until that has been silent for a minute', async () => {
    await heldBy({ host: 'elsewhere' });
    await expect(lockHome(home)).rejects.toThrow(`(pid ${other.pid} on elsewhere)`);

    await heldBy({ host: 'elsewhere' }, 90);
    await (await lockHome(home)).release();
  });
});
