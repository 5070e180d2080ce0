import type { Readable } from 'node:stream';
import type { Mask } from '@berth/masking';
import { sandboxFailure, shellFailure, spawnFailure } from '../failures/spawn-failure.js';
import { TaskFailure } from '../failures/task-failure.js';
import { oomKills } from '../processes/oom-kills.js';
import { OutputFiles } from '../processes/output-files.js';
import type { Confinement, Program } from '../processes/isolation/isolation.js';
import { withSignal } from '../processes/isolation/launch.js';
import { startRun } from '../processes/isolation/start-run.js';
import { keepIdentity } from '../processes/process-identity.js';
import { RunStopper } from '../processes/run-stopper.js';
import { RunRecord, type RunObservations } from './run-record.js';
import type { TerraformEvent } from './terraform-events.js';

export interface TerraformCommand {
  readonly binary: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing of the agent's own reaches the child. */
  readonly env: Readonly<Record<string, string>>;
  readonly confinement: Confinement;
  /** Whether the arguments ask for the `-json` stream; without it both outputs are text. */
  readonly json: boolean;
  /** The log as a person reads it, whole lines. */
  readonly onText: (text: string) => void;
  readonly mask?: Mask;
  readonly onEvent?: (event: TerraformEvent) => void;
  /** Takes what terraform prints as it is, instead of the log: for output that is a document. */
  readonly onStdout?: (chunk: Buffer) => void;
  /**
   * Where it writes its outputs instead of to pipes. Then it lives on when this process dies, and a stop that comes
   * before its first change ends it without one.
   */
  readonly outputDirectory?: string;
  /** Asked when its outputs are there: the process starts when this is done, and does not where it fails. */
  readonly ready?: (() => Promise<void>) | undefined;
  /** Told as soon as the process exists. */
  readonly onSpawn?: (spawned: { readonly pid: number; readonly startedAt: Date }) => void;
  /** Done once no process of it is left, before anything is read of what it has made. */
  readonly afterwards?: () => Promise<void>;
  readonly signal: AbortSignal;
  /** From the interrupt to the kill: minutes for an apply, which saves its state meanwhile. */
  readonly graceMs: number;
  readonly timeoutMs?: number;
}

export interface TerraformResult extends RunObservations {
  readonly pid: number;
  readonly startedAt: Date;
  /** Null when a signal ended the process. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The caller asked to stop. Exit code 0 says that the run had been finished all the same. */
  readonly cancelled: boolean;
  readonly timedOut: boolean;
  /** The grace period ran out: the lock may be held still, and the state may be behind. */
  readonly killed: boolean;
  /** The kernel killed a process of this agent's control group for want of memory while it ran. */
  readonly outOfMemory: boolean;
}

/** Once the group is gone, only a process that left it can hold the pipes; its output is not waited for longer. */
const DRAIN_DEADLINE_MS = 5_000;
/** Another thread of ours may have forked while the binary was still open for writing. */
const TEXT_BUSY_ATTEMPTS = 10;
const TEXT_BUSY_PAUSE_MS = 100;

/**
 * Runs one terraform command to its end, whatever its exit code. Throws the signal's reason when it is aborted
 * before the start, and a TaskFailure when the process cannot be started or not be ended.
 *
 * To stop: SIGINT to terraform alone, once. A second one while the state is being uploaded loses the state, and
 * a SIGTERM to the group kills the providers in the middle of a create. Then the group is killed.
 */
export async function runTerraform(command: TerraformCommand): Promise<TerraformResult> {
  for (let attempt = 1; ; attempt += 1) {
    command.signal.throwIfAborted();
    try {
      return await runOnce(command);
    } catch (error) {
      const textBusy = error instanceof TaskFailure && codeOf(error.cause) === 'ETXTBSY';
      if (!textBusy || attempt === TEXT_BUSY_ATTEMPTS) {
        throw error;
      }
      await pause(TEXT_BUSY_PAUSE_MS);
    }
  }
}

async function runOnce(command: TerraformCommand): Promise<TerraformResult> {
  const record = new RunRecord(command);
  const files =
    command.outputDirectory === undefined ? null : await OutputFiles.create(command.outputDirectory, record);
  try {
    await command.ready?.();
    return await runTo(command, record, files);
  } finally {
    await files?.close();
  }
}

async function runTo(
  command: TerraformCommand,
  record: RunRecord,
  files: OutputFiles | null,
): Promise<TerraformResult> {
  const killsBefore = oomKills();
  const outlives = command.outputDirectory !== undefined;
  const started = await startRun(
    programOf(command),
    command.confinement,
    { outlives, isInit: true },
    files ?? undefined,
  );
  if ('notStarted' in started) {
    throw spawnFailure(command.binary, command.cwd, started.notStarted);
  }
  const { pid, stdout, stderr, exited, confined, startedAt } = started;
  record.spawned({ pid, startedAt });
  const identified = identify(command, pid);
  const drained = Promise.all([
    stdout &&
      drain(stdout, (chunk) => {
        record.stdout(chunk);
      }),
    stderr &&
      drain(stderr, (chunk) => {
        record.stderr(chunk);
      }),
  ]);
  const stopper = new RunStopper(pid, {
    ...command,
    ...(files === null ? {} : { changeBegun: async () => (await files.catchUp(), record.changeBegun) }),
  });
  try {
    const exit = withSignal(confined, await Promise.race([exited, stopper.unkillable]));
    // At once: the pid may be another process's soon.
    stopper.stop();
    await started.over();
    await withDeadline(drained, DRAIN_DEADLINE_MS);
    await files?.catchUp();
    await identified;
    await command.afterwards?.();
    const outOfMemory = Number(await oomKills()) > Number(await killsBefore);
    const seen = record.finish();
    const { exitCode, signal, sandboxFailed } = exit;
    if (sandboxFailed) {
      throw sandboxFailure(command, seen.stderrTail);
    }
    const notStarted =
      !confined.byShell || seen.versionLineAt !== null
        ? null
        : shellFailure(command, { exitCode, stderr: seen.stderrTail });
    if (notStarted !== null) {
      throw notStarted;
    }
    return { pid, startedAt, exitCode, signal, ...seen, ...stopper.outcome(), outOfMemory };
  } finally {
    stopper.stop();
    stdout?.destroy();
    stderr?.destroy();
    await started.over();
  }
}

/** Without it the process can still be found, by the place that it works in. */
async function identify({ outputDirectory }: TerraformCommand, pid: number): Promise<void> {
  if (outputDirectory !== undefined) {
    await keepIdentity(outputDirectory, pid).catch(() => undefined);
  }
}

/** Go collects its garbage in time to stay within what it may allocate. */
function programOf({ binary, args, cwd, env, confinement }: TerraformCommand): Program {
  const { memoryMb } = confinement.limits;
  const goLimit = memoryMb === undefined ? {} : { GOMEMLIMIT: `${Math.floor(memoryMb * 0.9)}MiB` };
  return { file: binary, args, cwd, env: { ...env, ...goLimit } };
}

function drain(stream: Readable, onChunk: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve) => {
    stream.on('data', onChunk);
    stream.once('error', () => {
      resolve();
    });
    stream.once('close', resolve);
    stream.once('end', resolve);
  });
}

async function withDeadline(work: Promise<unknown>, ms: number): Promise<void> {
  const deadline = new AbortController();
  await Promise.race([work, pause(ms, deadline.signal)]);
  deadline.abort();
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
