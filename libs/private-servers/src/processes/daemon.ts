import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { sendSignal } from './process-identity.js';
import { settledWithin, waitUntil } from './wait-until.js';
import type { WaitOptions } from './wait-until.js';

export interface DaemonCommand {
  file: string;
  args: string[];
  /** The whole environment: nothing of ours is inherited beyond it. */
  env: NodeJS.ProcessEnv;
  logFile: string;
  cwd?: string | undefined;
  uid?: number | undefined;
  gid?: number | undefined;
}

/** A long-running child in a session of its own, so that a terminal's Ctrl-C reaches us and not it. */
export interface Daemon {
  pid: number;
  /** Settles when the process has ended, with a few words on how. Never rejects. */
  exited: Promise<string>;
  hasExited(): boolean;
}

/** What is sent to end a process, and how long each is given. */
export type StopStep = readonly [signal: NodeJS.Signals, deadlineMs: number];

/** Starts a daemon whose output goes to its log file; rejects where the program cannot be started at all. */
export async function startDaemon(command: DaemonCommand): Promise<Daemon> {
  const log = openSync(command.logFile, 'a', 0o600);
  try {
    const child = spawn(command.file, command.args, {
      env: command.env,
      detached: true,
      stdio: ['ignore', log, log],
      ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
      ...(command.uid === undefined ? {} : { uid: command.uid }),
      ...(command.gid === undefined ? {} : { gid: command.gid }),
    });
    let ended = false;
    const exited = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => {
        ended = true;
        resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`);
      });
    });
    const pid = await new Promise<number>((resolve, reject) => {
      child.once('spawn', () => {
        resolve(child.pid ?? 0);
      });
      child.on('error', (cause) => {
        reject(new Error(`${command.file} could not be started: ${cause.message}`, { cause }));
      });
    });
    return { pid, exited, hasExited: () => ended };
  } finally {
    closeSync(log);
  }
}

/** Goes through the steps until the daemon has ended; SIGKILL goes to its whole group. */
export async function stopDaemon(daemon: Daemon, steps: readonly StopStep[]): Promise<void> {
  for (const [signal, deadlineMs] of steps) {
    if (daemon.hasExited()) {
      return;
    }
    sendSignal(daemon.pid, signal, { group: signal === 'SIGKILL' });
    if (await settledWithin(daemon.exited, deadlineMs)) {
      return;
    }
  }
  throw new Error(`process ${daemon.pid} did not end, not even by ${steps.at(-1)?.[0] ?? 'a signal'}`);
}

/** Asks until the daemon is ready (true), or until it has ended or the deadline has passed (false). */
export async function becomesReady(
  daemon: Daemon,
  isReady: () => Promise<boolean>,
  options: WaitOptions,
): Promise<boolean> {
  const settled = await waitUntil(async () => daemon.hasExited() || (await isReady()), options);
  return settled && !daemon.hasExited();
}
