import type { DemoTask } from './demo-task.js';

const TAIL_LINES = 25;

/** A task of the demo ended otherwise than the demo needs it. */
export class TaskFailed extends Error {
  constructor(
    task: DemoTask,
    /** The end of its log. */
    readonly logTail: readonly string[],
  ) {
    const why = task.error === null ? '' : `: ${task.error.code}: ${task.error.message}`;
    super(`task ${task.id} ${task.status === 'failed' ? 'failed' : `is ${task.status}`}${why}`);
  }
}

/** The last lines of a log, without the empty ones at its end. */
export function tailOf(log: string): string[] {
  return log.trimEnd().split('\n').slice(-TAIL_LINES);
}
