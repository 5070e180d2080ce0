import { describe, expect, it } from '@jest/globals';
import { SharedWork } from './shared-work.js';

function controlled(): {
  promise: Promise<string>;
  resolve: (value: string) => void;
  reject: (error: Error) => void;
} {
  let resolve: (value: string) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<string>((settle, fail) => {
    resolve = settle;
    reject = fail;
  });
  return { promise, resolve, reject };
}

const never = new AbortController().signal;

describe('SharedWork', () => {
  it('is done once for all that want it at the same time, and again afterwards', async () => {
    const shared = new SharedWork<string>();
    const work = controlled();
    let started = 0;
    const start = (): Promise<string> => {
      started += 1;
      return work.promise;
    };
    const both = Promise.all([shared.run('a', never, start), shared.run('a', never, start)]);
    work.resolve('done');

    expect(await both).toEqual(['done', 'done']);
    expect(started).toBe(1);
    await shared.run('a', never, start);
    expect(started).toBe(2);
  });

  it('keeps different keys apart', async () => {
    const shared = new SharedWork<string>();

    expect(
      await Promise.all([shared.run('a', never, async () => 'A'), shared.run('b', never, async () => 'B')]),
    ).toEqual(['A', 'B']);
  });

  it('goes on for the others when one gives up', async () => {
    const shared = new SharedWork<string>();
    const work = controlled();
    const abort = new AbortController();
    const leaving = shared.run('a', abort.signal, () => work.promise);
    const staying = shared.run('a', never, () => work.promise);
    abort.abort(new Error('enough'));

    await expect(leaving).rejects.toThrow('enough');
    work.resolve('done');
    expect(await staying).toBe('done');
  });

  it('is aborted when the last one has given up, and begun anew for the next', async () => {
    const shared = new SharedWork<string>();
    const work = controlled();
    const abort = new AbortController();
    let signal: AbortSignal | null = null;
    const leaving = shared.run('a', abort.signal, (given) => {
      signal = given;
      return work.promise;
    });
    abort.abort(new Error('enough'));

    await expect(leaving).rejects.toThrow('enough');
    expect(signal).toMatchObject({ aborted: true });
    expect(await shared.run('a', never, async () => 'new')).toBe('new');
    work.reject(new Error('late'));
  });

  it('gives a failure to everybody and keeps none of it', async () => {
    const shared = new SharedWork<string>();
    const fail = async (): Promise<string> => {
      throw new Error('failed');
    };

    await expect(shared.run('a', never, fail)).rejects.toThrow('failed');
    expect(await shared.run('a', never, async () => 'ok')).toBe('ok');
  });
});
