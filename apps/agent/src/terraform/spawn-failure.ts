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
