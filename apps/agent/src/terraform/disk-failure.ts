import { statfs } from 'node:fs/promises';
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

/** Before work that must not meet a full disk in its middle. @throws TaskFailure */
export async function requireRoom(path: string, bytes: number): Promise<void> {
  const disk = await statfs(path).catch(() => null);
  const left = disk === null ? Infinity : disk.bavail * disk.bsize;
  if (left < bytes) {
    throw TaskFailure.transient(
      'AGENT_DISK_FULL',
      `The disk of ${path} has ${Math.floor(left / 1024 ** 2)} MB left; an apply begins with ${Math.ceil(bytes / 1024 ** 2)} MB at least, so that its state can be saved. Nothing was applied.`,
    );
  }
}
