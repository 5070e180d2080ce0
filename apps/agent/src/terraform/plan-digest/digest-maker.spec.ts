import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { makeDigests, type Thread } from './digest-maker.js';
import type { DigestBasis } from './digest-plan.js';

const BASIS: DigestBasis = {
  json: '{"resource_changes":[]}',
  key: 'key',
  keyId: 'k',
  inputs: {
    workingDirectory: '',
    workspace: 'w',
    engine: 'terraform',
    engineVersion: '1',
    options: { destroy: false, targets: [], replace: [], refreshOnly: false },
    variables: [],
    files: null,
    modules: null,
    providers: null,
  },
};
const LARGE = { inPlaceLength: 0, maxLength: 1_000, deadlineMs: 60_000 };

class ThreadDouble extends EventEmitter implements Pick<Thread, 'terminate'> {
  ended = 0;

  async terminate(): Promise<number> {
    this.ended += 1;
    return Promise.resolve(0);
  }
}

function inThread(limits = LARGE, signal = new AbortController().signal) {
  const thread = new ThreadDouble();
  const digested = makeDigests(BASIS, signal, { open: () => thread as unknown as Thread, limits });
  return { thread, digested };
}

describe('the digests of a plan', () => {
  it('are made in place of a small one', async () => {
    const digested = await makeDigests(BASIS, new AbortController().signal);
    expect(digested).toMatchObject({ digests: { keyId: 'k', entries: {} } });
  });

  it('are made in a thread of a larger one, which ends then', async () => {
    const { thread, digested } = inThread();
    thread.emit('message', { reason: 'as the thread says' });
    expect(await digested).toEqual({ reason: 'as the thread says' });
    expect(thread.ended).toBe(1);
  });

  it('are missing with a reason where the thread fails, and nothing is said of the plan', async () => {
    const { thread, digested } = inThread();
    const error = Object.assign(new Error('quotes SECRET'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
    thread.emit('error', error);
    expect(await digested).toEqual({ reason: 'the thread for it failed (ERR_WORKER_OUT_OF_MEMORY)' });
  });

  it('are missing where no thread can be started', async () => {
    const open = (): Thread => {
      throw Object.assign(new Error('no room'), { code: 'ERR_WORKER_INIT_FAILED' });
    };
    const digested = await makeDigests(BASIS, new AbortController().signal, { open, limits: LARGE });
    expect(digested).toEqual({ reason: 'the thread for it failed (ERR_WORKER_INIT_FAILED)' });
  });

  it('are missing where the thread ends without a word', async () => {
    const { thread, digested } = inThread();
    thread.emit('exit', 1);
    expect(await digested).toEqual({ reason: 'the thread for it ended too early' });
  });

  it('are not waited for beyond a deadline', async () => {
    const { thread, digested } = inThread({ ...LARGE, deadlineMs: 5 });
    expect(await digested).toEqual({ reason: 'it took longer than 0.005 s' });
    expect(thread.ended).toBe(1);
  });

  it('are not made of a plan that would take the memory of the runs', async () => {
    const { thread, digested } = inThread({ ...LARGE, maxLength: 10 });
    expect(await digested).toEqual({ reason: 'its JSON is longer than 10 characters' });
    expect(thread.listenerCount('message')).toBe(0);
  });

  it('end with the run that they are for', async () => {
    const stop = new AbortController();
    const { thread, digested } = inThread(LARGE, stop.signal);
    stop.abort(new Error('the task was cancelled'));
    await expect(digested).rejects.toThrow('the task was cancelled');
    expect(thread.ended).toBe(1);
  });
});
