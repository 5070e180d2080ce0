/**
 * The states of a task. For each: who puts a task there, who takes it out, and what happens when that process dies.
 * The strings are what the database and the wire hold (design, section 3).
 */
export const TaskStatus = {
  /** Put here by the api on creation and by the scheduler after a release, a retry or a lost slot; taken out by a claim. No process owns it. */
  pending: 'pending',
  /** Put here by a scheduler's claim; taken out by the agent's accept. If either dies, the lease runs out and the scheduler releases it. */
  assigned: 'assigned',
  /** Put here by accept; taken out by the agent's result. If the agent dies, the registry says so and the plan is retried. */
  planning: 'planning',
  /** Put here by a plan with changes; taken out by a person. If the agent with the reserved slot dies, it is planned again. */
  applyPending: 'apply_pending',
  /** Put here by confirm; taken out by a scheduler's claim. If the agent with the reserved slot dies, the confirmation is void. */
  applyQueued: 'apply_queued',
  /** Put here by accept; taken out by the agent's result. If the agent dies, what it did is unknown: the task fails and says so. */
  applying: 'applying',
  /** A build's only working state: put here by accept, taken out by the result. If the agent dies, the build is retried. */
  running: 'running',
  /** Final: done, or nothing to do. */
  succeeded: 'succeeded',
  /** Final: a permanent failure, or retries used up; the error says why. */
  failed: 'failed',
  /** Final: a person stopped it. */
  cancelled: 'cancelled',
  /** Final: a person did not want the plan. */
  discarded: 'discarded',
} as const;
export type TaskStatus = (typeof TaskStatus)[keyof typeof TaskStatus];

export const TASK_STATUSES: readonly TaskStatus[] = Object.values(TaskStatus);

/** What a task is in the middle of: the part of its life that the next assignment is for. */
export const TaskPhase = { plan: 'plan', apply: 'apply', build: 'build' } as const;
export type TaskPhase = (typeof TaskPhase)[keyof typeof TaskPhase];

export const TaskKind = { terraform: 'terraform', build: 'build' } as const;
export type TaskKind = (typeof TaskKind)[keyof typeof TaskKind];

export const TaskOperation = {
  plan: 'plan',
  planAndApply: 'plan_and_apply',
  apply: 'apply',
  destroy: 'destroy',
} as const;
export type TaskOperation = (typeof TaskOperation)[keyof typeof TaskOperation];
export const TASK_OPERATIONS: readonly TaskOperation[] = Object.values(TaskOperation);

/** A writing task changes its workspace's state; only one of a workspace is active at a time. */
export function isWriting(operation: TaskOperation | null): boolean {
  return operation !== null && operation !== TaskOperation.plan;
}
