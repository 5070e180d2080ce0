import { TaskStatus, TASK_STATUSES } from './task-status.js';

/**
 * What can happen to a task: the verb is the same in file, function, SQL, timeline, log and metric.
 * The comment names who may say it.
 */
export const TaskVerb = {
  /** scheduler: a slot was found and ownership committed */
  claim: 'claim',
  /** agent, through the api: the owner took the task */
  accept: 'accept',
  /** scheduler: the assignment did not reach the agent, or the agent refused it for now */
  release: 'release',
  /** agent: the plan has changes and waits for a person */
  finishPlan: 'finish_plan',
  /** agent: the work is done */
  finish: 'finish',
  /** agent or scheduler: it cannot be done, the reason is in the error */
  fail: 'fail',
  /** scheduler: a transient failure in the work itself, it starts again later; an apply that its agent’s stop ended before it changed anything, it plans again */
  retry: 'retry',
  /** scheduler or registry: the slot with the plan is gone, or its reservation ended and a person confirmed */
  replan: 'replan',
  /** scheduler or registry: the slot with the confirmed plan is gone, and its workspace wants the stored plan applied elsewhere */
  restore: 'restore',
  /** person */
  confirm: 'confirm',
  /** person */
  cancel: 'cancel',
  /** person */
  discard: 'discard',
} as const;
export type TaskVerb = (typeof TaskVerb)[keyof typeof TaskVerb];

type Moves = Readonly<Partial<Record<TaskVerb, readonly TaskStatus[]>>>;

/**
 * The one table of the lifecycle: state, verb, states that may follow. A final state has no verbs.
 * Discarding is for a plan nobody wants; work that may already have changed something can only be cancelled.
 */
export const TASK_TRANSITIONS: Readonly<Record<TaskStatus, Moves>> = {
  pending: { claim: ['assigned'], fail: ['failed'], cancel: ['cancelled'], discard: ['discarded'] },
  assigned: {
    accept: ['planning', 'applying', 'running'],
    release: ['pending', 'apply_queued'],
    replan: ['pending'],
    restore: ['pending'],
    fail: ['failed'],
    cancel: ['cancelled'],
    discard: ['discarded'],
  },
  planning: {
    finish_plan: ['apply_pending', 'apply_queued'],
    finish: ['succeeded'],
    retry: ['pending'],
    fail: ['failed'],
    cancel: ['cancelled'],
    discard: ['discarded'],
  },
  apply_pending: {
    confirm: ['apply_queued', 'pending'],
    replan: ['pending'],
    cancel: ['cancelled'],
    discard: ['discarded'],
  },
  apply_queued: {
    claim: ['assigned'],
    replan: ['pending'],
    restore: ['pending'],
    fail: ['failed'],
    cancel: ['cancelled'],
    discard: ['discarded'],
  },
  applying: { finish: ['succeeded'], retry: ['pending'], fail: ['failed'], cancel: ['cancelled'] },
  running: {
    finish: ['succeeded'],
    retry: ['pending'],
    fail: ['failed'],
    cancel: ['cancelled'],
    discard: ['discarded'],
  },
  succeeded: {},
  failed: {},
  cancelled: {},
  discarded: {},
};

/** True when nothing can happen to a task in this state any more. */
export function isFinal(status: TaskStatus): boolean {
  return Object.keys(TASK_TRANSITIONS[status]).length === 0;
}

export const FINAL_STATUSES: readonly TaskStatus[] = TASK_STATUSES.filter(isFinal);

/** True when the table lets `verb` move a task from `from` to `to`. */
export function mayMove(from: TaskStatus, verb: TaskVerb, to: TaskStatus): boolean {
  return TASK_TRANSITIONS[from][verb]?.includes(to) ?? false;
}

/** The states from which `verb` may lead to `to`: the guard that each statement repeats. */
export function statusesBefore(verb: TaskVerb, to: TaskStatus): TaskStatus[] {
  return TASK_STATUSES.filter((from) => mayMove(from, verb, to));
}

/** The verbs that a person may say to a task in this state. */
export function verbsOfPeople(status: TaskStatus): TaskVerb[] {
  const people: TaskVerb[] = [TaskVerb.confirm, TaskVerb.cancel, TaskVerb.discard];
  return people.filter((verb) => TASK_TRANSITIONS[status][verb] !== undefined);
}

/** True while a process of an agent may be at work for the task. */
export function isWorking(status: TaskStatus): boolean {
  return status === TaskStatus.planning || status === TaskStatus.applying || status === TaskStatus.running;
}
