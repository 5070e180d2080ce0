import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { commandLine, identify, isAlive, isSameProcess, parseStat } from './process-identity.js';

describe('the identity of a process', () => {
  it('is read past a program name with spaces and brackets in it', () => {
    const stat = '4711 (a (b) c) S 1 4711 4711 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 1000 10';

    expect(parseStat(stat)).toEqual({ state: 'S', startTime: '987654' });
  });

  it('is our own for our own pid, and not for another start time of the same pid', async () => {
    const me = (await identify(process.pid))!;

    expect(await isSameProcess(me)).toBe(true);
    expect(await isSameProcess({ ...me, startTime: 'another' })).toBe(false);
    expect(await commandLine(process.pid)).toContain('jest');
  });

  it('is gone when the process has ended', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    const pid = child.pid!;
    await once(child, 'exit');

    expect(isAlive(pid)).toBe(false);
    expect(await identify(pid)).toBeUndefined();
    expect(await commandLine(pid)).toBe('');
  });
});
