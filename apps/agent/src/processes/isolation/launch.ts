import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { PassThrough, type Duplex, type Readable } from 'node:stream';
import { killProcess } from '../process-group.js';
import type { Confined } from './isolation.js';
import { OPTIONS_FD, STATUS_FD } from './sandbox.js';

export interface Outputs {
  readonly out: number;
  readonly err: number;
}

export interface Exit {
  /** Null when a signal ended the process. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** There was nothing but the sandbox, which could not be made. */
  readonly sandboxFailed: boolean;
}

/** A process of a run, the leader of a group of its own. */
export interface Launched {
  readonly pid: number;
  /** Null where it writes to files. */
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly exited: Promise<Exit>;
  /** It has ended, and nobody holds its pipes any more. */
  readonly closed: Promise<void>;
}

/** Both are said by bwrap, in lines of JSON: the second only where it had made the sandbox. */
const CHILD_PID = /"child-pid":\s*(\d+)/;
const EXIT_CODE = /"exit-code":/;
const STATUS_DEADLINE_MS = 10_000;
const SIGNALLED = 128;
const SIGNALS = Object.keys(constants.signals) as NodeJS.Signals[];

/** Starts a process of a run. @returns why it was not started where it was not */
export async function launch(
  program: Confined,
  outputs?: Outputs,
): Promise<Launched | { readonly notStarted: unknown }> {
  let child: ChildProcess;
  try {
    child = begin(program, outputs);
  } catch (error) {
    // Most failures are told by an event; those that Node does not expect are thrown (ETXTBSY, ENOMEM).
    return { notStarted: error };
  }
  const { sandbox } = program;
  const ended = new Promise<Omit<Exit, 'sandboxFailed'>>((resolve) => {
    child.once('exit', (exitCode, signal) => {
      resolve({ exitCode, signal });
    });
  });
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  const failed = new Promise<unknown>((resolve) => {
    child.on('error', resolve);
  });
  const { pid, stdout, stderr } = child;
  if (pid === undefined) {
    return { notStarted: await failed };
  }
  if (sandbox === null) {
    const exited = ended.then((end) => ({ ...end, sandboxFailed: false }));
    return { pid, stdout, stderr, exited, closed };
  }
  // It may have ended before it is known which process it is, and Node throws away what nobody reads until then.
  const kept = { stdout: keptOf(stdout), stderr: keptOf(stderr) };
  const status = new SandboxStatus(child, sandbox);
  const exited = ended.then(async (end) => status.seenBy(end));
  // What was read last is handed on in the turn after.
  const handedOn = closed.then(async () => turn());
  return { pid: (await status.pid) ?? pid, ...kept, exited, closed: handedOn };
}

function begin(
  { file, args, cwd, env, sandbox, user }: Confined,
  outputs: Outputs | undefined,
): ChildProcess {
  return spawn(file, args, {
    cwd,
    env,
    detached: true,
    ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
    stdio: [
      'ignore',
      outputs?.out ?? 'pipe',
      outputs?.err ?? 'pipe',
      ...(sandbox === null ? [] : (['pipe', 'pipe'] as const)),
    ],
  });
}

function keptOf(stream: Readable | null): Readable | null {
  if (stream === null) {
    return null;
  }
  const kept = new PassThrough();
  kept.on('close', () => stream.destroy());
  stream.on('error', () => kept.end()).pipe(kept);
  return kept;
}

/** A sandbox ends with 128 and more where a signal has ended what ran in it. */
export function withSignal({ sandbox }: Confined, exit: Exit): Exit {
  const { exitCode } = exit;
  const name =
    sandbox === null || exitCode === null
      ? undefined
      : SIGNALS.find((one) => constants.signals[one] === exitCode - SIGNALLED);
  return name === undefined ? exit : { ...exit, exitCode: null, signal: name };
}

/** What a sandbox is told, and what it says of itself. */
class SandboxStatus {
  /** Of the process in it; null where it has ended without one. */
  readonly pid: Promise<number | null>;
  private said = '';
  private readonly over: Promise<void>;

  constructor({ stdio, pid }: ChildProcess, options: readonly string[]) {
    const [told, status] = [stdio[OPTIONS_FD] as Duplex, stdio[STATUS_FD] as Duplex];
    // What it could not read it says itself.
    told.on('error', () => undefined).end(options.map((option) => `${option}\0`).join(''));
    this.over = new Promise((resolve) => {
      status.on('error', () => undefined).on('close', resolve);
    });
    this.pid = new Promise((resolve) => {
      const timer = setTimeout(() => {
        killProcess(Number(pid));
      }, STATUS_DEADLINE_MS);
      const tell = (): void => {
        clearTimeout(timer);
        const [, found] = CHILD_PID.exec(this.said) ?? [];
        // A number that is none of a run would be signalled with all that there is.
        resolve(Number(found) > 1 ? Number(found) : null);
      };
      status.setEncoding('utf8').on('data', (chunk: string) => {
        this.said += chunk;
        if (CHILD_PID.test(this.said)) {
          tell();
        }
      });
      void this.over.then(tell);
    });
  }

  async seenBy(end: Omit<Exit, 'sandboxFailed'>): Promise<Exit> {
    await Promise.race([this.over, pause(STATUS_DEADLINE_MS, undefined, { ref: false })]);
    return { ...end, sandboxFailed: end.exitCode === 1 && !EXIT_CODE.test(this.said) };
  }
}
