import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A process beyond its number, which another one may have later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In clock ticks since the system's start, as in the 22nd field of /proc/<pid>/stat. */
  readonly startTime: string;
}

export interface LivingProcess extends ProcessIdentity {
  /** Of its process group: the pid of the one that leads it, or has led it. */
  readonly group: number;
}

const FILE = 'process';
const GONE = ['ENOENT', 'ESRCH'];
/** Another user's. */
const REFUSED = ['EACCES', 'EPERM'];
const LOOK_AGAIN_MS = 50;
const LOOKS = 20;

/** Null where there is none any more, or a dead one that nobody has reaped. @throws where that cannot be told */
export async function livingProcess(pid: number): Promise<LivingProcess | null> {
  const stat = await readProcess(pid, 'stat');
  // Behind the name in brackets: state, parent, group, and the start time as the 20th.
  const [state, , group, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startTime = rest[16];
  if (startTime === undefined || state === 'Z' || state === 'X') {
    return null;
  }
  return { pid, startTime, group: Number(group) };
}

/** @throws where that cannot be told */
export async function hasTerminal(pid: number): Promise<boolean> {
  const stat = await readProcess(pid, 'stat');
  // Behind the name in brackets: state, parent, group, session, terminal.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[4] !== '0';
}

/** @throws where that cannot be told */
export async function isAlive({ pid, startTime }: ProcessIdentity): Promise<boolean> {
  return (await livingProcess(pid))?.startTime === startTime;
}

/** One of its files, empty where there is none: an error of any other kind says nothing about the process. */
export async function readProcess(pid: number, name: 'stat' | 'environ'): Promise<string> {
  for (let look = 1; ; look += 1) {
    try {
      return await readFile(`/proc/${pid}/${name}`, 'utf8');
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (GONE.includes(code)) {
        return '';
      }
      if (look === LOOKS || REFUSED.includes(code)) {
        throw error;
      }
    }
    await wait(LOOK_AGAIN_MS);
  }
}

/** So that a later process of the agent knows this one from those that it has started. */
export async function keepIdentity(directory: string, pid: number): Promise<void> {
  const living = await livingProcess(pid);
  if (living !== null) {
    await writeFile(join(directory, FILE), `${living.pid} ${living.startTime}`, { mode: 0o600 });
  }
}

/** Null where none was kept. */
export async function keptIdentity(directory: string): Promise<ProcessIdentity | null> {
  const text = await readFile(join(directory, FILE), 'utf8').catch(() => '');
  const [, pid, startTime] = /^(\d+) (\d+)$/.exec(text) ?? [];
  return pid === undefined || startTime === undefined ? null : { pid: Number(pid), startTime };
}
