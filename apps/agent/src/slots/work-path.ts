import { randomUUID } from 'node:crypto';
import { lstatSync, readlinkSync } from 'node:fs';
import { link, lstat, mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskFailure } from '../failures/task-failure.js';

/**
 * The one absolute path at which a task is planned and applied, on whichever agent: terraform evaluates `path.cwd` and
 * `abspath` again at apply, and another path makes the plan inconsistent. A link to the slot's work directory lies
 * there; Go, and so terraform, believes PWD where it leads to the present directory.
 */
export class WorkPath {
  constructor(private readonly root: string) {}

  /** Makes the task's path lead to this work directory, and gives it. @throws TaskFailure */
  async lead(taskId: string, work: string): Promise<string> {
    const path = join(this.root, taskId);
    if (this.isSafe() && linkTarget(path) === work) {
      return path;
    }
    await this.ensureRoot();
    const draft = `${path}.${process.pid}`;
    await rm(draft, { force: true });
    await symlink(work, draft);
    await rename(draft, path);
    return path;
  }

  /** Whatever leads to this work directory leads nowhere from now on, and what led nowhere already goes as well. */
  async forget(work: string): Promise<void> {
    for (const name of await readdir(this.root).catch(() => [])) {
      const path = join(this.root, name);
      const target = await readlink(path).catch(() => null);
      if (target !== null && (target === work || !(await exists(target)))) {
        await this.removeLink(path, target);
      }
    }
  }

  /**
   * Between the look at a link and its end, another agent of this machine may have led the same task elsewhere: so the
   * link is taken aside first, and put back where it is not the one that was seen.
   */
  private async removeLink(path: string, target: string): Promise<void> {
    const aside = `${path}.${randomUUID()}`;
    try {
      await rename(path, aside);
    } catch {
      return;
    }
    const taken = await readlink(aside).catch(() => target);
    if (taken !== target) {
      // Where yet another one lies there by now, that is the newest.
      await link(aside, path).catch(() => undefined);
    }
    await rm(aside, { force: true });
  }

  private isSafe(): boolean {
    const root = lstatSync(this.root, { throwIfNoEntry: false });
    const isOurs = process.getuid === undefined || root?.uid === process.getuid();
    return root !== undefined && isOurs && (root.mode & 0o022) === 0;
  }

  /** In a directory that others may write, somebody could lead terraform elsewhere. */
  private async ensureRoot(): Promise<void> {
    // Runs of another user pass it; what lies there, they need not know.
    await mkdir(this.root, { recursive: true, mode: 0o711 });
    if (!this.isSafe()) {
      throw TaskFailure.permanent(
        'WORK_ROOT_UNSAFE',
        `${this.root} must belong to the agent's user and be writable by nobody else. Mend that, or set BERTH_AGENT_WORK_ROOT to another directory, the same on all agents.`,
      );
    }
  }
}

/** Null where there is none. In place: an apply waits for it, and it takes microseconds. */
function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
