import { TaskFailure } from './task-failure.js';

const FULL = ['ENOSPC', 'EDQUOT'];
const NOT_WRITABLE = ['EACCES', 'EPERM', 'EROFS'];

/** Gives an error of the file system its class and the full path; anything else stays as it is. */
export function diskFailure(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (error instanceof TaskFailure || code === undefined) {
    return error;
  }
  if (FULL.includes(code)) {
    return TaskFailure.transient('AGENT_DISK_FULL', `No space left for ${path} (${code})`, { cause: error });
  }
  if (NOT_WRITABLE.includes(code)) {
    return TaskFailure.permanent('AGENT_DISK_NOT_WRITABLE', `The agent may not write ${path} (${code})`, {
      cause: error,
    });
  }
  return error;
}
