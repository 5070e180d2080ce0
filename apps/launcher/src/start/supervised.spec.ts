import { describe, expect, it } from '@jest/globals';
import { Supervised } from './supervised.js';
import type { Running } from './supervised.js';

/** A thing that ends when it is told to, or when `die` is called. */
function fakeRunning(pid: number): Running & { die: (how: string) => void; stops: number } {
  let die: (how: string) => void = () => undefined;
  const exited = new Promise<string>((resolve) => {
    die = resolve;
  });
  const running = {
    pid,
    exited,
    die,
    stops: 0,
    stop: async () => {
      running.stops += 1;
      die('stopped');
    },
    kill: async () => {
      die('killed');
    },
  };
  return running;
}

const listen = () => {
  const said: string[] = [];
  const waiting: (() => void)[] = [];
  return {
    said,
    events: {
      say: (message: string) => {
        said.push(message);
        waiting.splice(0).forEach((wake) => {
          wake();
        });
      },
      changed: () => undefined,
    },
    until: async (pattern: RegExp) => {
      while (!said.some((line) => pattern.test(line))) {
        await new Promise<void>((wake) => waiting.push(wake));
      }
    },
  };
};

describe('a supervised process', () => {
  it('is started again when it dies, after what is left of it was stopped', async () => {
    const runs = [fakeRunning(1), fakeRunning(2)];
    const { events, said, until } = listen();
    let starts = 0;
    const supervised = new Supervised('api', async () => runs[starts++]!, events);
    await supervised.start(new AbortController().signal);

    runs[0]!.die('signal SIGKILL');
    await until(/is back/);

    expect(said).toEqual(['api ended (signal SIGKILL), starting it again', 'api is back (pid 2)']);
    expect(runs[0]!.stops).toBe(1);
    expect(supervised.running?.pid).toBe(2);
    await supervised.stop();
  });

  it('is not started again when it was stopped', async () => {
    const run = fakeRunning(1);
    const { events, said } = listen();
    let starts = 0;
    const supervised = new Supervised(
      'api',
      async () => {
        starts += 1;
        return run;
      },
      events,
    );
    await supervised.start(new AbortController().signal);

    await supervised.stop();

    expect(starts).toBe(1);
    expect(said).toEqual([]);
  });

  it('is not tried again when its first start fails', async () => {
    const { events } = listen();
    const supervised = new Supervised('api', async () => Promise.reject(new Error('no')), events);

    await expect(supervised.start(new AbortController().signal)).rejects.toThrow('no');
    await supervised.stop();
  });

  it('lets a stop end the restart that is under way', async () => {
    const run = fakeRunning(1);
    const { events, until } = listen();
    let starts = 0;
    const supervised = new Supervised(
      'api',
      async (signal) => {
        starts += 1;
        return starts === 1
          ? run
          : new Promise<Running>((_, reject) => {
              events.say('second start');
              signal.addEventListener('abort', () => {
                reject(new Error('aborted'));
              });
            });
      },
      events,
    );
    await supervised.start(new AbortController().signal);
    run.die('exit code 1');
    await until(/second start/);

    await supervised.stop();

    expect(starts).toBe(2);
  });
});
