import { APPLY_NOT_BEGUN, PLAN_NOT_RESTORABLE, SLOT_BUSY, type Failure } from './failure.js';
import type { TaskPhase } from './task-status.js';

/** How often and how fast a task is tried again. Times in milliseconds. */
export interface RetryPolicy {
  readonly maxRetries: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = { maxRetries: 5, firstDelayMs: 1_000, maxDelayMs: 300_000 };

/** What follows a failure, with the reason in words for the timeline. */
export type NextStep =
  | {
      readonly step: 'retry';
      readonly delayMs: number;
      readonly countsAsRetry: boolean;
      readonly reason: string;
    }
  /** The plan is made again, and a person is asked again. */
  | { readonly step: 'replan'; readonly reason: string }
  | { readonly step: 'fail'; readonly reason: string };

export interface FailedWork {
  readonly phase: TaskPhase;
  readonly retries: number;
  readonly failure: Failure;
  /** A stop of the agent's own process is nobody's fault and costs no retry. */
  readonly interrupted: boolean;
}

/**
 * Decides what follows a failure in the work itself. Once an apply has begun nothing is retried by the machine:
 * what it did is partly done, and only a person may plan again. One that had to stop with its agent before it changed
 * anything, or that finds that what was confirmed cannot be had any more, is planned again, and asks again.
 * @param random a number from 0 to 1, for the jitter that keeps retries of many tasks apart
 */
export function nextStepAfterFailure(work: FailedWork, policy: RetryPolicy, random: number): NextStep {
  const { failure } = work;
  if (work.phase === 'apply' && work.interrupted && failure.code === APPLY_NOT_BEGUN) {
    return { step: 'replan', reason: 'the agent stopped: plans again and asks again' };
  }
  if (work.phase === 'apply' && failure.code === PLAN_NOT_RESTORABLE) {
    return { step: 'replan', reason: 'the confirmation is void: plans again and asks again' };
  }
  if (work.phase === 'apply') {
    return { step: 'fail', reason: 'an apply that has begun is never repeated without a person' };
  }
  if (failure.class === 'permanent') {
    return { step: 'fail', reason: 'the failure is permanent' };
  }
  if (work.interrupted) {
    return {
      step: 'retry',
      delayMs: 0,
      countsAsRetry: false,
      reason: 'the agent stopped, which costs no retry',
    };
  }
  const delayMs = backoffMs(work.retries, policy, random);
  if (failure.code === SLOT_BUSY) {
    return { step: 'retry', delayMs, countsAsRetry: false, reason: 'offered again, which costs no retry' };
  }
  if (work.retries >= policy.maxRetries) {
    return { step: 'fail', reason: `all ${policy.maxRetries} retries are used up` };
  }
  const retry = work.retries + 1;
  return { step: 'retry', delayMs, countsAsRetry: true, reason: `retry ${retry} of ${policy.maxRetries}` };
}

/** Doubling delay with jitter of one half, in milliseconds: `retries` 0 gives 0.5 to 1 times the first delay. */
export function backoffMs(retries: number, policy: RetryPolicy, random: number): number {
  const full = Math.min(policy.firstDelayMs * 2 ** retries, policy.maxDelayMs);
  return Math.round(full / 2 + (full / 2) * random);
}
