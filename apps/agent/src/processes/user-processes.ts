import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { TaskFailure } from '../failures/task-failure.js';

/** A user of the system, and its group. */
export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

/** A killed process is gone within milliseconds, unless the kernel holds it (a dead network file system). */
const END_DEADLINE_MS = 10_000;
const LOOK_EVERY_MS = 10;
/** Below are those of the system. */
const FIRST_OF_PEOPLE = 1_000;
/** Kills all that may be signalled, but itself: it makes sure once more whose that is. */
const KILL_ALL = '[ "$0" -ge 1000 ] && [ "$(id -u)" = "$0" ] && kill -9 -1';

/**
 * Ends whatever this user has at work on the machine, also what has made itself a daemon. The kernel is asked to kill all of
 * it in one go, by a process of that user: what is looked for and killed one by one can be forked faster than that.
 * @throws TaskFailure where something is left
 */
export async function endProcessesOf(user: UserIds): Promise<void> {
  if (!(user.uid >= FIRST_OF_PEOPLE) || user.uid === process.getuid?.()) {
    throw new Error(`the processes of user ${user.uid} are not a run’s alone`);
  }
  const deadline = performance.now() + END_DEADLINE_MS;
  for (;;) {
    const left = processesOf(user.uid);
    if (left.length === 0) {
      return;
    }
    if (performance.now() > deadline) {
      throw TaskFailure.transient(
        'RUN_NOT_ENDED',
        `${left.length} processes of the run are still there ${END_DEADLINE_MS / 1000} s after SIGKILL (${left.slice(0, 5).join(', ')})`,
      );
    }
    await killAll(user);
    await wait(LOOK_EVERY_MS);
  }
}

/** Those that are alive. */
export function processesOf(uid: number): number[] {
  return allProcesses().filter((pid) => {
    const status = statusOf(pid);
    return status !== null && status.uid === uid && !['Z', 'X'].includes(status.state);
  });
}

/** How many processes and threads a user has: what RLIMIT_NPROC counts. */
export function threadsOf(uid: number): number {
  return sumOfThreads((_pid, status) => status.uid === uid);
}

/** The same of all that is in the sandbox of this process. */
export function threadsInNamespaceOf(pid: number): number {
  const namespace = namespaceOf(pid);
  return namespace === null || namespace === namespaceOf(process.pid)
    ? 0
    : sumOfThreads((other) => namespaceOf(other) === namespace);
}

interface Status {
  readonly uid: number;
  readonly state: string;
  readonly threads: number;
}

/**
 * Of /proc/<pid>/status; null where there is none. Not the owner of the folder: that is root where a process has hidden
 * itself from others of its user.
 */
export function statusOf(pid: number): Status | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return null;
  }
  const value = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(text)?.[1] ?? '';
  return { uid: Number(value('Uid')), state: value('State'), threads: Number(value('Threads')) };
}

function sumOfThreads(counts: (pid: number, status: Status) => boolean): number {
  let sum = 0;
  for (const pid of allProcesses()) {
    const status = statusOf(pid);
    sum += status !== null && counts(pid, status) ? status.threads : 0;
  }
  return sum;
}

function namespaceOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null;
  }
}

/** None where there is no /proc (macOS). */
function allProcesses(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

async function killAll({ uid, gid }: UserIds): Promise<void> {
  await new Promise<void>((resolve) => {
    const child = spawn('/bin/sh', ['-c', KILL_ALL, String(uid)], {
      uid,
      gid,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      stdio: 'ignore',
    });
    child.once('error', () => {
      resolve();
    });
    child.once('exit', () => {
      resolve();
    });
  });
}
