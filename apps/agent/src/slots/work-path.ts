import { lstat, mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskFailure } from '../terraform/task-failure.js';

/**
 * The one absolute path at which a task is planned and applied, on whichever agent: terraform evaluates `path.cwd` and
 * `abspath` again at apply, and another path makes the plan inconsistent. A link to the slot's work directory lies
 * there; Go, and so terraform, believes PWD where it leads to the present directory.
 */
export class WorkPath {
  constructor(private readonly root: string) {}

  /** Makes the task's path lead to this work directory, and gives it. @throws TaskFailure */
  async lead(taskId: string, work: string): Promise<string> {
    await this.ensureRoot();
    const path = join(this.root, taskId);
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
      if (target === work || (target !== null && !(await exists(target)))) {
        await rm(path, { force: true });
      }
    }
  }

  /** In a directory that others may write, somebody could lead terraform elsewhere. */
  private async ensureRoot(): Promise<void> {
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    const { uid, mode } = await lstat(this.root);
    const others = mode & 0o022;
    if ((process.getuid !== undefined && uid !== process.getuid()) || others !== 0) {
      throw TaskFailure.permanent(
        'WORK_ROOT_UNSAFE',
        `${this.root} must belong to the agent's user and be writable by nobody else. Mend that, or set BERTH_AGENT_WORK_ROOT to another directory, the same on all agents.`,
      );
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Where tasks' paths lie by default: no part of it may differ between two agents of a pool. */
export function defaultWorkRoot(): string {
  return `/tmp/berth-work-${process.getuid?.() ?? 0}`;
}
