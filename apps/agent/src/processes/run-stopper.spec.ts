import { spawn } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { RunStopper } from './run-stopper.js';

describe('RunStopper', () => {
  it('interrupts once, however many reasons there are to stop', async () => {
    const script = `
      let interrupts = 0;
      process.on('SIGINT', () => { interrupts += 1; console.log('interrupted'); });
      process.on('SIGUSR2', () => { console.log(interrupts + ' in all'); process.exit(); });
      setInterval(() => undefined, 1000);
      console.log('listening');`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const words = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>;
    const next = async (): Promise<unknown> => (await words.next()).value;
    expect(await next()).toBe('listening\n');

    const abort = new AbortController();
    const stopper = new RunStopper(child.pid ?? 0, {
      binary: 'stand-in',
      signal: abort.signal,
      graceMs: 2 ** 40,
      timeoutMs: 1,
    });
    expect(await next()).toBe('interrupted\n');
    abort.abort();
    child.kill('SIGUSR2');

    expect(await next()).toBe('1 in all\n');
    expect(stopper.outcome()).toEqual({ cancelled: true, timedOut: true, killed: false });
    stopper.stop();
  });
});
