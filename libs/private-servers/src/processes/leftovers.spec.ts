import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endLeftovers, rememberProcesses } from './leftovers.js';
import { identify, isAlive } from './process-identity.js';

const WAITS = 'setInterval(() => {}, 1000)';

describe('what a killed launcher has left behind', () => {
  let directory: string;
  let file: string;
  let child: ChildProcess;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'berth-leftovers-'));
    file = join(directory, 'processes.json');
    child = spawn(process.execPath, ['-e', WAITS], { detached: true });
    await once(child, 'spawn');
  });

  afterEach(() => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true });
  });

  it('is ended, and its file is taken away', async () => {
    const identity = (await identify(child.pid!))!;
    rememberProcesses(file, [{ name: 'api', mark: WAITS, ...identity }]);

    expect(await endLeftovers(file)).toEqual(['api']);
    expect(isAlive(child.pid!)).toBe(false);
    expect(existsSync(file)).toBe(false);
  });

  it('is killed when it does not listen', async () => {
    const deaf = `process.on('SIGTERM', () => {}); process.send('deaf'); ${WAITS}`;
    const stubborn = spawn(process.execPath, ['-e', deaf], {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    await once(stubborn, 'message');
    const identity = (await identify(stubborn.pid!))!;
    rememberProcesses(file, [{ name: 'agent-1', mark: 'SIGTERM', ...identity }]);

    expect(await endLeftovers(file, { graceMs: 50 })).toEqual(['agent-1']);
    expect(isAlive(stubborn.pid!)).toBe(false);
  });

  it('is left alone when its pid belongs to another process by now', async () => {
    const identity = (await identify(child.pid!))!;
    rememberProcesses(file, [
      { name: 'older', mark: WAITS, pid: identity.pid, startTime: 'earlier' },
      { name: 'other', mark: 'apps/api/dist/main.js', ...identity },
    ]);

    expect(await endLeftovers(file)).toEqual([]);
    expect(isAlive(child.pid!)).toBe(true);
  });

  it('is nothing when the file is missing or was cut off', async () => {
    expect(await endLeftovers(file)).toEqual([]);
    writeFileSync(file, '[{"name": "ap');

    expect(await endLeftovers(file)).toEqual([]);
  });
});
