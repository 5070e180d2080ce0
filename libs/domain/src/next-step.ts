import { APPLY_NOT_BEGUN, PLAN_NOT_RESTORABLE, SLOT_BUSY, STATE_LOCKED, type Failure } from './failure.js';
import { countsWhenRepeated, isSameFailure } from './repeated-failure.js';
import type { TaskPhase } from './task-status.js';

/** How often and how fast a task is tried again. Times in milliseconds. */
export interface RetryPolicy {
  readonly maxRetries: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = { maxRetries: 5, firstDelayMs: 1_000, maxDelayMs: 300_000 };

/** What follows a failure. */
export type NextStep = InWords &
  (
    | { readonly step: 'retry'; readonly delayMs: number; readonly countsAsRetry: boolean }
    /** The plan is made again, and a person is asked again. */
    | { readonly step: 'replan' }
    /** `repeated`: it was transient by its class, and has shown that it is not. */
    | { readonly step: 'fail'; readonly repeated?: true }
  );

interface InWords {
  /** For the timeline. */
  readonly reason: string;
  /** A sentence behind the failure's message; null where that has said all. */
  readonly follows: string | null;
}

export interface FailedWork {
  readonly phase: TaskPhase;
  readonly retries: number;
  readonly failure: Failure;
  /** A stop of the agent's own process is nobody's fault and costs no retry. */
  readonly interrupted: boolean;
  /** It applies the plan of another task, and has none of its own to make again. */
  readonly appliesSavedPlan?: boolean;
  /** The failure before it in this task, where that was the last thing that happened to it. */
  readonly before?: Pick<Failure, 'code' | 'message'> | null;
}

/**
 * Decides what follows a failure in the work itself. Once an apply has begun nothing is retried by the machine:
 * what it did is partly done, and only a person may plan again. One that had to stop with its agent before it changed
 * anything, or that finds that what was confirmed cannot be had any more, is planned again, and asks again.
 * @param random a number from 0 to 1, for the jitter that keeps retries of many tasks apart
 */
export function nextStepAfterFailure(work: FailedWork, policy: RetryPolicy, random: number): NextStep {
  const { failure } = work;
  const delayMs = backoffMs(work.retries, policy, random);
  const notBegun = work.interrupted && failure.code === APPLY_NOT_BEGUN;
  // Terraform takes the lock before anything else.
  const locked = failure.code === STATE_LOCKED && failure.class === 'transient';
  if (work.phase === 'apply' && (notBegun || locked)) {
    const why = notBegun ? 'the agent stopped' : 'the state is locked and nothing was applied';
    return work.appliesSavedPlan === true
      ? again(notBegun ? 0 : delayMs, `${why}, which costs no retry`)
      : { step: 'replan', reason: `${why}: plans again and asks again`, follows: null };
  }
  if (work.phase === 'apply' && failure.code === PLAN_NOT_RESTORABLE) {
    return { step: 'replan', reason: 'the confirmation is void: plans again and asks again', follows: null };
  }
  if (work.phase === 'apply') {
    const reason = 'an apply that has begun is never repeated without a person';
    return { step: 'fail', reason, follows: failure.class === 'permanent' ? null : NO_APPLY_AGAIN };
  }
  if (failure.class === 'permanent') {
    return { step: 'fail', reason: 'the failure is permanent', follows: null };
  }
  if (work.interrupted) {
    return again(0, 'the agent stopped, which costs no retry');
  }
  if (failure.code === SLOT_BUSY) {
    return again(delayMs, 'offered again, which costs no retry');
  }
  if (locked) {
    return again(delayMs, 'goes on when the state is free, which costs no retry');
  }
  if (countsWhenRepeated(failure) && work.before && isSameFailure(work.before, failure)) {
    const reason = 'the same failure twice in a row is permanent';
    return { step: 'fail', repeated: true, reason, follows: TWICE };
  }
  if (work.retries >= policy.maxRetries) {
    const times = work.retries === 0 ? 'once' : `${work.retries + 1} times`;
    return {
      step: 'fail',
      reason: `all ${policy.maxRetries} retries are used up`,
      follows: `It has been tried ${times}: all ${policy.maxRetries} retries are used up.`,
    };
  }
  const reason = `retry ${work.retries + 1} of ${policy.maxRetries}`;
  return { ...again(delayMs, reason), countsAsRetry: true };
}

const NO_APPLY_AGAIN = 'An apply is never repeated without a person: plan again.';
const TWICE =
  'It has failed in the same way twice in a row, so another try would change nothing: the task has failed for good.';

function again(delayMs: number, reason: string): NextStep & { readonly step: 'retry' } {
  const follows = `The task is tried again (${reason}).`;
  return { step: 'retry', delayMs, countsAsRetry: false, reason, follows };
}

/** Doubling delay with jitter of one half, in milliseconds: `retries` 0 gives 0.5 to 1 times the first delay. */
export function backoffMs(retries: number, policy: RetryPolicy, random: number): number {
  const full = Math.min(policy.firstDelayMs * 2 ** retries, policy.maxDelayMs);
  return Math.round(full / 2 + (full / 2) * random);
}
