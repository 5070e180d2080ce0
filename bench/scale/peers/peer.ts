import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Another queue on PostgreSQL, whose worker is a process of its own, as Berth's parts are. */
export interface Peer {
  /** The job is committed when this gives its id. */
  add(): Promise<string>;
  /** Of these jobs, those whose completion is recorded. */
  completed(ids: readonly string[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface Worker {
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts the worker of `peer` that does as many jobs at once; ready when this settles. */
export async function startWorker(peer: string, url: string, atOnce: number): Promise<Worker> {
  const child = fork(join(import.meta.dirname, 'worker-process.js'), [peer, url, String(atOnce)]);
  const ended = once(child, 'exit');
  const ready = once(child, 'message');
  await Promise.race([
    ready,
    ended.then(() => {
      throw new Error(`the worker of ${peer} has ended`);
    }),
  ]);
  return {
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
