/** Classes of failure: a transient one is retried with backoff and loses nothing, a permanent one fails the task. */
export const FailureClass = { transient: 'transient', permanent: 'permanent' } as const;
export type FailureClass = (typeof FailureClass)[keyof typeof FailureClass];

/** The agent's code where another run is in the slot that the database calls idle: nothing is wrong with the task. */
export const SLOT_BUSY = 'SLOT_BUSY';

/** Why a task failed or was sent back, as users and machines read it. */
export interface Failure {
  /** Stable, upper case. */
  readonly code: string;
  readonly class: FailureClass;
  /** One or more sentences: what was tried, on what, what to do. */
  readonly message: string;
}
