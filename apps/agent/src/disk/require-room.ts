import { statfs } from 'node:fs/promises';
import { TaskFailure } from '../failures/task-failure.js';

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
