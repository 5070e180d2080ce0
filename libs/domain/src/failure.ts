/** Classes of failure: a transient one is retried with backoff and loses nothing, a permanent one fails the task. */
export const FailureClass = { transient: 'transient', permanent: 'permanent' } as const;
export type FailureClass = (typeof FailureClass)[keyof typeof FailureClass];

/** The agent's code where another run is in the slot that the database calls idle: nothing is wrong with the task. */
export const SLOT_BUSY = 'SLOT_BUSY';

/** The agent's code for an apply that was stopped before it changed anything, with nothing left to save. */
export const APPLY_NOT_BEGUN = 'APPLY_NOT_BEGUN';

/** The agent's code for an apply that has not begun, because it would not be that of the plan that was confirmed. */
export const PLAN_NOT_RESTORABLE = 'PLAN_NOT_RESTORABLE';

/** The agent's code where somebody else holds the lock of the state: nothing is wrong with the task. */
export const STATE_LOCKED = 'TERRAFORM_STATE_LOCKED';

/** Why a task failed or was sent back, as users and machines read it. */
export interface Failure {
  /** Stable, upper case. */
  readonly code: string;
  readonly class: FailureClass;
  /** One or more sentences: what was tried, on what, what to do. */
  readonly message: string;
}
