import { fork, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type * as finding from '../apps/agent/src/processes/isolation/find-isolation.js';
import type { Isolation } from '../apps/agent/src/processes/isolation/isolation.js';
import type * as without from '../apps/agent/src/processes/isolation/no-isolation.js';
import type * as starting from '../apps/agent/src/processes/isolation/start-run.js';

/** As it is compiled, and as an agent runs it. */
const COMPILED = resolve('apps/agent/dist/processes/isolation');
const { findIsolation } = (await import(join(COMPILED, 'find-isolation.js'))) as typeof finding;
const { NO_ISOLATION } = (await import(join(COMPILED, 'no-isolation.js'))) as typeof without;
const { startRun } = (await import(join(COMPILED, 'start-run.js'))) as typeof starting;

/** An agent's user and level, as a row of the table. */
export interface BenchedLevel {
  readonly name: string;
  readonly level: 'none' | 'user' | 'sandbox';
  readonly path: string;
  /** Null: that of the benchmark. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
}

/** Starts processes as an agent of a level does, in a process of that agent's user. */
export class Starter {
  private constructor(private readonly child: ChildProcess) {}

  static async of({ level, path, user }: BenchedLevel, script: string): Promise<Starter> {
    const child = fork(script, ['--starts', level], { ...user, env: { PATH: path } });
    const starter = new Starter(child);
    await starter.answer();
    return starter;
  }

  /** In milliseconds, from the wish to the end of a program that does nothing. */
  async start(): Promise<number> {
    this.child.send('start');
    return this.answer();
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.disconnect();
    await ended;
  }

  private async answer(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.child.once('message', (said) => {
        this.child.removeAllListeners('exit');
        resolve(Number(said));
      });
      this.child.once('exit', (code) => {
        reject(new Error(`it ended with ${String(code)}`));
      });
    });
  }
}

/** The child's side. */
export async function answerStarts(level: string): Promise<void> {
  const scratch = await mkdtemp('/tmp/berth-bench-starts-');
  // A run's own users pass it.
  await chmod(scratch, 0o711);
  await mkdir(join(scratch, 'tmp'));
  const isolation = await isolationOf(level, scratch);
  process.on('message', () => {
    void timed(isolation, scratch).then((ms) => process.send?.(ms));
  });
  process.once('disconnect', () => {
    void rm(scratch, { recursive: true, force: true }).then(() => process.exit());
  });
  process.send?.(0);
}

async function isolationOf(level: string, scratch: string): Promise<Isolation> {
  if (level === 'none') {
    return NO_ISOLATION;
  }
  const found = await findIsolation({
    demanded: level === 'user' ? 'user' : 'sandbox',
    searchPath: process.env['PATH'] ?? '',
    own: [],
    reads: [],
    writes: [],
    named: [],
    firstUser: process.getuid?.() === 0 ? 1_899_000_000 : null,
    scratch,
    processes: 4_096,
  });
  return found.isolation;
}

async function timed(isolation: Isolation, scratch: string): Promise<number> {
  const began = performance.now();
  const started = await startRun(
    { file: '/usr/bin/true', args: [], cwd: '/', env: {} },
    {
      isolation,
      reach: { writes: [], reads: [], lent: [], tmp: join(scratch, 'tmp') },
      user: isolation.userOf(1),
      limits: { processes: 4_096 },
    },
    { outlives: false, isInit: true },
  );
  if ('notStarted' in started) {
    throw new Error(String(started.notStarted));
  }
  const { exitCode } = await started.exited;
  const took = performance.now() - began;
  await started.over();
  if (exitCode !== 0) {
    throw new Error(`/usr/bin/true ended with ${String(exitCode)}`);
  }
  return took;
}
