import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { signalLeader } from './process-group.js';

const LOOK_EVERY_MS = 2;

/**
 * Stops a process where it stands, every thread of it: the leader stands first, and another one may still write. False
 * where that cannot be told, which leaves it running: it has ended, it takes too long, or there is no /proc (macOS).
 */
export async function freeze(pid: number, deadlineMs: number): Promise<boolean> {
  if (!signalLeader(pid, 'SIGSTOP')) {
    return false;
  }
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const states = await threadStates(pid);
    if (states.length > 0 && states.every((state) => state === 'T')) {
      return true;
    }
    if (states.length === 0 || performance.now() > deadline) {
      thaw(pid);
      return false;
    }
    await wait(LOOK_EVERY_MS);
  }
}

/** It goes on where it stood. */
export function thaw(pid: number): void {
  signalLeader(pid, 'SIGCONT');
}

/** As in the third field of /proc/<pid>/task/<tid>/stat, behind the name in brackets; empty where there is none. */
async function threadStates(pid: number): Promise<string[]> {
  const tasks = `/proc/${pid}/task`;
  const threads = await readdir(tasks).catch(() => []);
  const states = threads.map(async (thread) => {
    const stat = await readFile(`${tasks}/${thread}/stat`, 'utf8').catch(() => '');
    return stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
  });
  return (await Promise.all(states)).filter((state) => state !== '');
}
