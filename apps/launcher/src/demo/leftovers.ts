import { ApiRefusal } from '../start/api-client.js';
import { isMadeByDemo, isUnfinished } from './demo-task.js';
import type { DemoTask } from './demo-task.js';
import type { DemoWorkspace, Platform } from './platform.js';
import { taskReaches } from './task-watch.js';

/** An apply that is interrupted still writes its state. */
const END_DEADLINE_MS = 60_000;

interface CancelOptions {
  platform: Platform;
  workspace: DemoWorkspace;
  comment: string;
  say: (message: string) => void;
}

/** Cancels what a demo has left unfinished, and waits for its end; nothing of anybody else. */
export async function cancelLeftovers({ platform, workspace, comment, say }: CancelOptions): Promise<void> {
  const tasks = await platform.tasks(workspace.id);
  for (const task of tasks.filter((one) => isUnfinished(one) && isMadeByDemo(one))) {
    say(`cancelling task ${task.id} (${task.operation ?? 'build'}, ${task.status}): ${comment}`);
    const cancelled = await cancelOnce(platform, task, comment);
    await taskReaches({ platform, say }, cancelled, 'cancelled', {
      title: `task ${task.id}`,
      deadlineMs: END_DEADLINE_MS,
    });
  }
}

/** One that ended by itself in the meantime is as good. */
async function cancelOnce(platform: Platform, task: DemoTask, comment: string): Promise<DemoTask> {
  try {
    return await platform.cancel(task.id, comment);
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 409) {
      return platform.task(task.id);
    }
    throw error;
  }
}
