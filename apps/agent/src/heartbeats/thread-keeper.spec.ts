import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { createLogger } from '@berth/observability';
import { ThreadKeeper, type Thread } from './thread-keeper.js';
import type { FromThread, ToThread } from './thread-messages.js';

class FakeThread extends EventEmitter {
  readonly got: ToThread[] = [];
  terminated = false;

  constructor(private readonly endsWhenTold: boolean) {
    super();
  }

  postMessage(message: ToThread): void {
    this.got.push(message);
    if (message.kind === 'stop' && this.endsWhenTold) {
      this.emit('exit', 0);
    }
  }

  async terminate(): Promise<number> {
    this.terminated = true;
    this.emit('exit', 1);
    return 1;
  }
}

/** A keeper of fake threads; `opened` gives the n-th of them as soon as it is there. */
function keeper({ endsWhenTold = true, failsFirst = false } = {}) {
  const threads: FakeThread[] = [];
  const openings = new EventEmitter();
  let failing = failsFirst;
  const it = new ThreadKeeper({
    open: () => {
      if (failing) {
        failing = false;
        throw new Error('no thread today');
      }
      const thread = new FakeThread(endsWhenTold);
      threads.push(thread);
      openings.emit('opened');
      return thread as unknown as Thread;
    },
    logger: createLogger('test', 'silent'),
    restartMs: 1,
    endMs: 10,
  });
  const opened = async (count: number): Promise<FakeThread> => {
    while (threads.length < count) {
      await new Promise((resolve) => openings.once('opened', resolve));
    }
    return threads[count - 1]!;
  };
  return { it, threads, opened };
}

function listener() {
  const received: FromThread[] = [];
  const ends = { count: 0 };
  return {
    received: (message: FromThread) => received.push(message),
    ended: () => {
      ends.count += 1;
    },
    messages: received,
    ends,
  };
}

describe('the keeper of the heartbeat thread', () => {
  it('starts the thread again when it failed, and hears the new one', async () => {
    const { it: keeps, opened } = keeper();
    const hears = listener();
    keeps.start(hears);
    const first = await opened(1);
    first.emit('error', new Error('out of memory'));
    first.emit('exit', 1);
    const second = await opened(2);
    second.emit('message', { kind: 'due' });
    keeps.post({ kind: 'beat' });
    expect(hears.ends.count).toBe(1);
    expect(hears.messages).toEqual([{ kind: 'due' }]);
    expect(second.got).toEqual([{ kind: 'beat' }]);
    await keeps.end();
  });

  it('tries again when a thread cannot be started', async () => {
    const { it: keeps, opened } = keeper({ failsFirst: true });
    keeps.start(listener());
    await opened(1);
    await keeps.end();
  });

  it('ends the thread in order and starts no other', async () => {
    const { it: keeps, threads, opened } = keeper();
    const hears = listener();
    keeps.start(hears);
    const thread = await opened(1);
    await keeps.end();
    await keeps.end();
    expect(thread).toMatchObject({ got: [{ kind: 'stop' }], terminated: false });
    expect({ threads: threads.length, ends: hears.ends.count }).toEqual({ threads: 1, ends: 0 });
  });

  it('ends a thread by force that does not end when told', async () => {
    const { it: keeps, opened } = keeper({ endsWhenTold: false });
    keeps.start(listener());
    await keeps.end();
    expect((await opened(1)).terminated).toBe(true);
  });

  it('drops what is said while no thread runs', async () => {
    const { it: keeps } = keeper();
    keeps.post({ kind: 'beat' });
    await keeps.end();
  });
});
