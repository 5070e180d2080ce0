import { describe, expect, it } from '@jest/globals';
import { pause } from './pause.js';
import { Watch } from './watch.js';

const never = async (): Promise<never> => new Promise(() => undefined);

describe('a wait of the client', () => {
  it('counts while something is waited for, and not what a slow reader takes in between', async () => {
    const watch = new Watch('GET /', 20, undefined);
    expect(await watch.during(async () => Promise.resolve('one'))).toBe('one');
    await pause(60, undefined);
    expect(watch.signal.aborted).toBe(false);
    expect(await watch.during(async () => Promise.resolve('two'))).toBe('two');
  });

  it('before another try ends with the reason of its signal', async () => {
    const reason = new Error('enough');
    const stop = new AbortController();
    const waiting = pause(60_000, stop.signal);
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(pause(60_000, stop.signal)).rejects.toBe(reason);
  });

  it('does not begin when its signal has ended', async () => {
    const reason = new Error('enough');
    const watch = new Watch('GET /', 60_000, AbortSignal.abort(reason));
    await expect(watch.during(never)).rejects.toBe(reason);
  });
});
