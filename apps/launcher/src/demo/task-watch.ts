import { waitUntil } from '@berth/private-servers';
import { isUnfinished } from './demo-task.js';
import type { DemoTask } from './demo-task.js';
import type { Platform } from './platform.js';

/** Short beside a step's length, so that waiting for the confirmation takes little of the time shown. */
const LOOK_EVERY_MS = 50;
/** After so long in one state, a line says that it is still so. */
const STILL_EVERY_MS = 10_000;

export interface Watch {
  platform: Platform;
  say: (message: string) => void;
  signal?: AbortSignal;
}

interface Wait {
  /** What the lines begin with. */
  title: string;
  deadlineMs: number;
}

/** Waits until the task is in that state or has ended, and says what it sees; throws after the deadline. */
export async function taskReaches(
  { platform, say, signal }: Watch,
  task: DemoTask,
  status: string,
  { title, deadlineMs }: Wait,
): Promise<DemoTask> {
  let seen = task;
  let since = performance.now();
  let said = since;
  say(`${title}: ${task.status}`);
  const arrived = async () => {
    const found = await platform.task(task.id);
    const now = performance.now();
    if (found.status !== seen.status) {
      since = now;
      said = now;
      say(`${title}: ${found.status}`);
    } else if (now - said > STILL_EVERY_MS) {
      said = now;
      say(`${title}: still ${found.status} after ${Math.round((now - since) / 1000)} s`);
    }
    seen = found;
    return found.status === status || !isUnfinished(found);
  };
  if (!(await waitUntil(arrived, { deadlineMs, everyMs: LOOK_EVERY_MS, signal }))) {
    throw new Error(
      `task ${task.id} is still ${seen.status} after ${deadlineMs / 1000} s of waiting for ${status}`,
    );
  }
  return seen;
}
