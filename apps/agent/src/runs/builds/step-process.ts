import { sandboxFailure, spawnFailure } from '../../failures/spawn-failure.js';
import { TaskFailure } from '../../failures/task-failure.js';
import type { Confinement } from '../../processes/isolation/isolation.js';
import { startRun } from '../../processes/isolation/start-run.js';
import { killRun, signalGroup } from '../../processes/process-group.js';

/** Where a step's output goes. */
export interface StepText {
  write(text: string): void;
  end(): void;
}

export interface StepCommand {
  /** Given to `sh -e`. */
  readonly script: string;
  readonly cwd: string;
  /** The whole environment: nothing of the agent's own reaches the step. */
  readonly env: Readonly<Record<string, string>>;
  readonly confinement: Confinement;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** From the request to end until the kill. */
  readonly graceMs: number;
  /** Takes one of its two outputs as it comes. */
  readonly openText: () => StepText;
  /** Told as soon as the process exists, and with null when it is gone. */
  readonly onProcess: (pid: number | null) => void;
}

export interface StepResult {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
}

/** Whatever left the group may hold the pipes; its output is not waited for longer. */
const DRAIN_MS = 5_000;
/** A killed process is gone within milliseconds, unless the kernel holds it (a dead network file system). */
const KILL_DEADLINE_MS = 30_000;

/**
 * Runs one step in a process group of its own, and leaves nothing of the group behind. A stop and the end of its time
 * ask all of the group to end, and kill it when that does not help.
 * @throws TaskFailure where it cannot start, or not be ended
 */
export async function runStep(command: StepCommand): Promise<StepResult> {
  command.signal.throwIfAborted();
  const { script, cwd, env, confinement } = command;
  const program = { file: '/bin/sh', args: ['-e', '-c', script], cwd, env };
  const started = await startRun(program, confinement, { outlives: false, isInit: false });
  if ('notStarted' in started) {
    throw spawnFailure('/bin/sh', cwd, started.notStarted);
  }
  const { pid } = started;
  command.onProcess(pid);
  const streams = [started.stdout, started.stderr].filter((stream) => stream !== null);
  const outputs = streams.map((stream) => {
    const decoder = new TextDecoder();
    const text = command.openText();
    stream.on('data', (chunk: Buffer) => {
      text.write(decoder.decode(chunk, { stream: true }));
    });
    stream.on('error', () => undefined);
    return { decoder, text };
  });
  const drained = Promise.all(streams.map(async (stream) => ended(stream)));
  const end = new GroupEnd(pid, command);
  const { exitCode, signal, sandboxFailed } = await Promise.race([started.exited, end.unkillable]).finally(
    async () => {
      end.over();
      await started.over();
    },
  );
  await Promise.race([drained, pause(DRAIN_MS)]);
  streams.forEach((stream) => {
    stream.destroy();
  });
  for (const { decoder, text } of outputs) {
    text.write(decoder.decode());
    text.end();
  }
  command.onProcess(null);
  if (sandboxFailed) {
    throw sandboxFailure({ binary: '/bin/sh', cwd }, 'the log says why');
  }
  return { exitCode, signal, timedOut: end.timedOut };
}

/** Ends the group once, when the caller or the clock says so. */
class GroupEnd {
  timedOut = false;
  /** Rejects when even the kill did not end the process. */
  readonly unkillable: Promise<never>;
  private giveUp: (failure: TaskFailure) => void = () => undefined;
  private readonly timers: NodeJS.Timeout[] = [];
  private asked = false;

  constructor(
    private readonly pid: number,
    private readonly command: Pick<StepCommand, 'signal' | 'timeoutMs' | 'graceMs'>,
  ) {
    this.unkillable = new Promise((_resolve, reject) => {
      this.giveUp = reject;
    });
    this.unkillable.catch(() => undefined);
    command.signal.addEventListener('abort', this.ask, { once: true });
    this.after(command.timeoutMs, () => {
      this.timedOut = !command.signal.aborted;
      this.ask();
    });
    if (command.signal.aborted) {
      this.ask();
    }
  }

  over(): void {
    this.command.signal.removeEventListener('abort', this.ask);
    this.timers.forEach((timer) => {
      clearTimeout(timer);
    });
  }

  private readonly ask = (): void => {
    if (this.asked) {
      return;
    }
    this.asked = true;
    signalGroup(this.pid, 'SIGTERM');
    this.after(this.command.graceMs, () => {
      killRun(this.pid);
      this.after(KILL_DEADLINE_MS, () => {
        const message = `Process ${this.pid} is still there ${KILL_DEADLINE_MS / 1000} s after SIGKILL`;
        this.giveUp(TaskFailure.transient('BUILD_STEP_UNKILLABLE', message));
      });
    });
  };

  private after(ms: number, act: () => void): void {
    this.timers.push(setTimeout(act, ms));
  }
}

async function ended(stream: NodeJS.ReadableStream): Promise<void> {
  await new Promise<void>((resolve) => {
    stream.once('end', resolve);
    stream.once('close', resolve);
  });
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms).unref());
}
