import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { Writable } from 'node:stream';
import { sendSignal } from './process-identity.js';
import { settledWithin, waitUntil } from './wait-until.js';
import type { WaitOptions } from './wait-until.js';

export interface DaemonCommand {
  file: string;
  args: string[];
  /** The whole environment: nothing of ours is inherited beyond it. */
  env: NodeJS.ProcessEnv;
  /** What others must not find in its environment: told through a descriptor, as `loadEnv` reads it. */
  settings?: Readonly<Record<string, string>> | undefined;
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
    const { settings } = command;
    const child = spawn(command.file, command.args, {
      env: settings === undefined ? command.env : { ...command.env, BERTH_SETTINGS_FD: '3' },
      detached: true,
      stdio: settings === undefined ? ['ignore', log, log] : ['ignore', log, log, 'pipe'],
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
    tellSettings(child, settings);
    return { pid, exited, hasExited: () => ended };
  } finally {
    closeSync(log);
  }
}

function tellSettings(child: ChildProcess, settings: DaemonCommand['settings']): void {
  const pipe = child.stdio[3];
  if (settings !== undefined && pipe instanceof Writable) {
    // A process that ends before it has read them is noticed by its end.
    pipe.on('error', () => undefined);
    pipe.end(JSON.stringify(settings));
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
