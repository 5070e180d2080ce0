import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { holderOf, tryLock, type FileLock } from '../disk/file-lock.js';

/** Another agent is at work in this home. */
export class HomeTaken extends Error {
  constructor(home: string, holder: { readonly pid: number; readonly host: string } | null) {
    const where =
      holder === null ? '' : ` (pid ${holder.pid}${holder.host === hostname() ? '' : ` on ${holder.host}`})`;
    super(
      `another agent is at work in ${home}${where}: stop it, or give this one a BERTH_AGENT_HOME and a BERTH_AGENT_ID of its own. Where that one is gone with its machine, the home is free a minute later.`,
    );
    this.name = 'HomeTaken';
  }
}

/**
 * Two agents in one home would take each other's id, slots and plans: the second one does not begin. A frozen one keeps its
 * home, one that was killed does not. @throws HomeTaken
 */
export async function lockHome(directory: string): Promise<FileLock> {
  const home = resolve(directory);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const path = join(home, 'agent.lock');
  const lock = await tryLock(path, { whileAlive: true });
  if (lock === null) {
    throw new HomeTaken(home, await holderOf(path));
  }
  return lock;
}
