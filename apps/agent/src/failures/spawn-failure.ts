import { existsSync } from 'node:fs';
import { TaskFailure } from './task-failure.js';

/** The machine has no processes, files or memory left for now; the binary is still being written (ETXTBSY). */
const TRANSIENT = ['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM', 'ETXTBSY'];

/** Names what could not be started and where. */
export function spawnFailure(binary: string, cwd: string, cause: unknown): TaskFailure {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'unknown error';
  if (!existsSync(cwd)) {
    // The configuration was unpacked there and has this directory: somebody has taken it away since.
    return TaskFailure.transient(
      'WORKING_DIRECTORY_MISSING',
      `Could not start ${binary}: its working directory ${cwd} does not exist any more`,
      { cause },
    );
  }
  const message = `Could not start ${binary} in ${cwd} (${code})`;
  if (TRANSIENT.includes(code)) {
    return TaskFailure.transient('TERRAFORM_NOT_STARTED', `${message}; it may start a little later`, {
      cause,
    });
  }
  if (code === 'ENOENT') {
    return TaskFailure.permanent('TERRAFORM_NOT_FOUND', `${message}: there is no such program`, { cause });
  }
  return TaskFailure.permanent('TERRAFORM_NOT_STARTED', message, { cause });
}

/** What is said where the command could not be started, whose exit code tells only the rest apart. */
const SAID: readonly (readonly [RegExp, string])[] = [
  [/text file busy/i, 'ETXTBSY'],
  [/cannot allocate memory/i, 'ENOMEM'],
  [/resource temporarily unavailable/i, 'EAGAIN'],
];
const NOT_FOUND_EXIT_CODE = 127;
const NOT_EXECUTABLE_EXIT_CODE = 126;
const CODES = ['SANDBOX_FAILED', 'WORKING_DIRECTORY_MISSING', 'TERRAFORM_NOT_STARTED', 'TERRAFORM_NOT_FOUND'];

interface Ended {
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** Why a shell, or a program as `prlimit`, has not become this one, as it is called where it was the program; null where it has. */
export function codeOfShell(binary: string, { exitCode, stderr }: Ended): string | null {
  const isShell = exitCode === NOT_FOUND_EXIT_CODE || exitCode === NOT_EXECUTABLE_EXIT_CODE;
  if (!isShell || !stderr.includes(binary)) {
    return null;
  }
  const rest = exitCode === NOT_FOUND_EXIT_CODE ? 'ENOENT' : 'EACCES';
  return SAID.find(([words]) => words.test(stderr))?.[1] ?? rest;
}

/** The same for one that a shell was to become; null where the command itself has ended so. */
export function shellFailure(
  { binary, cwd }: { readonly binary: string; readonly cwd: string },
  ended: Ended,
): TaskFailure | null {
  const code = codeOfShell(binary, ended);
  return code === null
    ? null
    : spawnFailure(binary, cwd, Object.assign(new Error(ended.stderr.trim()), { code }));
}

/** What bwrap says where it has made the sandbox, and could not become the program. */
const NOT_BECOME = /^bwrap: execvp .*: (.*)$/m;

/** Why a program in a sandbox was not started, as it is called where it was the program; null where that is the sandbox. */
export function codeInSandbox(said: string): string | null {
  const [, reason = null] = NOT_BECOME.exec(said) ?? [];
  if (reason === null) {
    return null;
  }
  const rest = /no such file/i.test(reason) ? 'ENOENT' : 'EACCES';
  return SAID.find(([words]) => words.test(reason))?.[1] ?? rest;
}

/** The same for one that was to run in a sandbox, which says itself why it does not. */
export function sandboxFailure(
  { binary, cwd }: { readonly binary: string; readonly cwd: string },
  said: string,
): TaskFailure {
  const code = codeInSandbox(said);
  if (code !== null) {
    return spawnFailure(binary, cwd, Object.assign(new Error(said.trim()), { code }));
  }
  const message = `The sandbox of the run could not be made: ${said.trim()}. The task is tried again.`;
  return TaskFailure.transient('SANDBOX_FAILED', message);
}

/** Whether it says that there never was a process. */
export function isSpawnFailure(error: unknown): boolean {
  return error instanceof TaskFailure && CODES.includes(error.code);
}
