import type { DemoTask } from './demo-task.js';

/** What it took from the word that the plan is to be applied. */
export interface ApplyFigures {
  taskId: string;
  /** From the confirmation, or from the queueing of an apply that needs none, to the start of terraform's process. */
  startedAfterMs: number;
  /** Null where it was skipped. */
  initSeconds: number | null;
  planRestoreSeconds: number | null;
  /** To the end of the task. */
  totalMs: number;
  /** Why it was warm or cold, in the agent's words. */
  reason: string;
}

/** Throws where the task has not been applied. */
export function applyFigures(task: DemoTask): ApplyFigures {
  const { apply } = task.phases;
  const started = apply?.processStartedAt;
  if (typeof started !== 'string' || apply?.init === undefined || task.finishedAt === null) {
    throw new Error(`task ${task.id} has no record of its apply`);
  }
  const word = Date.parse(task.confirmedAt ?? task.createdAt);
  return {
    taskId: task.id,
    startedAfterMs: Date.parse(started) - word,
    initSeconds: apply.init.skipped ? null : apply.init.seconds,
    planRestoreSeconds: apply.planRestore?.skipped === false ? apply.planRestore.seconds : null,
    totalMs: Date.parse(task.finishedAt) - word,
    reason: apply.init.reason,
  };
}
