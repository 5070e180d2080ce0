import { readFileSync } from 'node:fs';
import { execa } from 'execa';

/** A pid alone may mean another program tomorrow; together with its start time it names one process. */
export interface ProcessIdentity {
  pid: number;
  startTime: string;
}

const onLinux = process.platform === 'linux';

/** Whether a process still runs. One that is dead but not yet collected by its parent (a zombie) does not. */
export function isAlive(pid: number): boolean {
  if (onLinux) {
    const stat = readStat(pid);
    return stat !== undefined && stat.state !== 'Z' && stat.state !== 'X';
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The identity of a running process, or undefined where there is none. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  if (!isAlive(pid)) {
    return undefined;
  }
  const startTime = onLinux ? readStat(pid)?.startTime : await askPs(pid, 'lstart=');
  return startTime === undefined || startTime === '' ? undefined : { pid, startTime };
}

/** Whether exactly this process, not a later one with its number, still runs. */
export async function isSameProcess(known: ProcessIdentity): Promise<boolean> {
  return (await identify(known.pid))?.startTime === known.startTime;
}

/** The command line with its arguments separated by spaces; empty where the process is gone. */
export async function commandLine(pid: number): Promise<string> {
  if (!onLinux) {
    return askPs(pid, 'command=');
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** Sends a signal to a process, or with `group` to it and all of its group; a process that is gone is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals, { group = false } = {}): void {
  try {
    process.kill(group ? -pid : pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}

/** Fields 3 and 22 of proc(5)'s stat; the name in field 2 may itself hold spaces and brackets. */
export function parseStat(stat: string): { state: string; startTime: string } | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const startTime = fields[19];
  return state === undefined || startTime === undefined ? undefined : { state, startTime };
}

function readStat(pid: number): { state: string; startTime: string } | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

async function askPs(pid: number, column: string): Promise<string> {
  const { stdout } = await execa('ps', ['-o', column, '-p', String(pid)], {
    reject: false,
    timeout: 5_000,
    env: { LC_ALL: 'C' },
  });
  return typeof stdout === 'string' ? stdout.trim() : '';
}
