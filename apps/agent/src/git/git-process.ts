import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { codeInSandbox, codeOfShell, sandboxFailure } from '../failures/spawn-failure.js';
import { TaskFailure } from '../failures/task-failure.js';
import type { Confinement } from '../processes/isolation/isolation.js';
import { startRun } from '../processes/isolation/start-run.js';
import { RunStopper } from '../processes/run-stopper.js';
import { gitFailure } from './git-failure.js';

export interface GitCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly confinement: Confinement;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Removed from what a failure says: a host may send back what it was sent. */
  readonly secrets: readonly string[];
  /** For the message of a failure. */
  readonly what: string;
}

/** From the interrupt, at which git removes its half clone, to the kill. */
const GRACE_MS = 1_000;
/** Once the group is gone, only a process that left it can hold the pipes. */
const DRAIN_DEADLINE_MS = 5_000;
const KEPT_BYTES = 64 * 1024;
/** The machine has no processes, files or memory left for now. */
const BUSY = ['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM'];

/**
 * Runs git to its end and gives what it printed.
 * @throws TaskFailure, or the reason of the signal, and then no process of it is left
 */
export async function runGit(command: GitCommand): Promise<string> {
  command.signal.throwIfAborted();
  const { args, cwd, env, confinement } = command;
  const program = { file: 'git', args, cwd, env };
  const started = await startRun(program, confinement, { outlives: false, isInit: true });
  if ('notStarted' in started) {
    throw startFailure(started.notStarted);
  }
  const { pid, exited, closed } = started;
  const [stdout, stderr] = [tailOf(started.stdout), tailOf(started.stderr)];
  const { signal, timeoutMs } = command;
  const stopper = new RunStopper(pid, { binary: 'git', signal, timeoutMs, graceMs: GRACE_MS });
  try {
    const { exitCode, sandboxFailed } = await Promise.race([exited, stopper.unkillable]);
    // At once: the pid may be another process's soon.
    stopper.stop();
    await started.over();
    await Promise.race([closed, pause(DRAIN_DEADLINE_MS, undefined, { ref: false })]);
    signal.throwIfAborted();
    if (stopper.outcome().timedOut) {
      throw timedOut(command);
    }
    if (sandboxFailed) {
      const said = withoutSecrets(stderr(), command.secrets);
      const code = codeInSandbox(said);
      throw code === null ? sandboxFailure({ binary: 'git', cwd }, said) : startFailure({ code });
    }
    const notStarted = started.confined.byShell ? codeOfShell('git', { exitCode, stderr: stderr() }) : null;
    if (notStarted !== null) {
      throw startFailure({ code: notStarted });
    }
    if (exitCode !== 0) {
      throw gitFailure({ what: command.what, stderr: withoutSecrets(stderr(), command.secrets), exitCode });
    }
    return stdout();
  } finally {
    stopper.stop();
    started.stdout?.destroy();
    started.stderr?.destroy();
    await started.over();
  }
}

function startFailure(cause: unknown): TaskFailure {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'unknown error';
  if (code === 'ENOENT' || code === 'EACCES') {
    return TaskFailure.permanent(
      'GIT_MISSING',
      'There is no git on the PATH of this agent, which the git source of the workspace needs: install git on the agents.',
      { cause },
    );
  }
  const message = `git could not be started (${code}).`;
  return BUSY.includes(code)
    ? TaskFailure.transient('GIT_FAILED', `${message} The task is tried again.`, { cause })
    : TaskFailure.permanent('GIT_FAILED', message, { cause });
}

function timedOut({ what, timeoutMs }: GitCommand): TaskFailure {
  return TaskFailure.transient(
    'GIT_UNREACHABLE',
    `${what} took longer than ${timeoutMs / 1_000} s (BERTH_GIT_TIMEOUT_SECONDS of the agent) and was stopped; the task is tried again.`,
  );
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '(token)'), text);
}

/** The end of what is printed, read to keep the pipe empty. */
function tailOf(stream: Readable | null): () => string {
  let kept = Buffer.alloc(0);
  stream?.on('data', (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk]).subarray(-KEPT_BYTES);
  });
  stream?.on('error', () => undefined);
  return () => kept.toString('utf8');
}
