import { describe, expect, it } from '@jest/globals';
import { APPLY_NOT_BEGUN, PLAN_NOT_RESTORABLE, SLOT_BUSY, STATE_LOCKED } from './failure.js';
import { backoffMs, nextStepAfterFailure, type FailedWork } from './next-step.js';

const policy = { maxRetries: 3, firstDelayMs: 1_000, maxDelayMs: 10_000 };
const work: FailedWork = {
  phase: 'plan',
  retries: 0,
  failure: { code: 'REGISTRY_UNREACHABLE', class: 'transient', message: 'the registry did not answer' },
  interrupted: false,
};
const permanent = { ...work.failure, class: 'permanent' } as const;

describe('the step after a failure', () => {
  it('is a retry with a growing, bounded delay where the failure is transient', () => {
    expect(nextStepAfterFailure(work, policy, 1)).toMatchObject({
      step: 'retry',
      delayMs: 1_000,
      reason: 'retry 1 of 3',
    });
    expect(nextStepAfterFailure({ ...work, retries: 2 }, policy, 1)).toMatchObject({ delayMs: 4_000 });
    expect(backoffMs(20, policy, 1)).toBe(10_000);
    expect(backoffMs(0, policy, 0)).toBe(500);
  });

  it('is the end where the failure is permanent, or the retries are used up', () => {
    expect(nextStepAfterFailure({ ...work, failure: permanent }, policy, 0)).toMatchObject({ step: 'fail' });
    expect(nextStepAfterFailure({ ...work, retries: 3 }, policy, 0)).toMatchObject({
      step: 'fail',
      reason: 'all 3 retries are used up',
    });
  });

  it('is never a retry once an apply has begun', () => {
    expect(nextStepAfterFailure({ ...work, phase: 'apply' }, policy, 0)).toMatchObject({ step: 'fail' });
    expect(nextStepAfterFailure({ ...work, phase: 'apply', interrupted: true }, policy, 0)).toMatchObject({
      step: 'fail',
    });
  });

  it('is a new plan where an apply had to stop with its agent before it changed anything, and for no other reason', () => {
    const stopped: FailedWork = {
      ...work,
      phase: 'apply',
      failure: { ...permanent, code: APPLY_NOT_BEGUN },
      interrupted: true,
    };
    expect(nextStepAfterFailure(stopped, policy, 0)).toMatchObject({ step: 'replan' });
    expect(nextStepAfterFailure({ ...stopped, interrupted: false }, policy, 0).step).toBe('fail');
    expect(nextStepAfterFailure({ ...stopped, failure: permanent }, policy, 0).step).toBe('fail');
  });

  it('is a new plan where what was confirmed cannot be had any more', () => {
    const failure = { ...permanent, code: PLAN_NOT_RESTORABLE };
    const lost: FailedWork = { ...work, phase: 'apply', failure };
    expect(nextStepAfterFailure(lost, policy, 0)).toMatchObject({
      step: 'replan',
      reason: 'the confirmation is void: plans again and asks again',
    });
    expect(nextStepAfterFailure({ ...lost, phase: 'plan' }, policy, 0).step).toBe('fail');
  });

  it('costs no retry where our own process was stopped', () => {
    expect(nextStepAfterFailure({ ...work, retries: 3, interrupted: true }, policy, 0)).toMatchObject({
      step: 'retry',
      delayMs: 0,
      countsAsRetry: false,
    });
  });

  it('costs no retry where the slot was still busy, which is no fault of the task', () => {
    const failure = { ...work.failure, code: SLOT_BUSY };
    expect(nextStepAfterFailure({ ...work, failure }, policy, 1)).toMatchObject({
      step: 'retry',
      delayMs: 1_000,
      countsAsRetry: false,
    });
    expect(nextStepAfterFailure({ ...work, failure, retries: 3 }, policy, 1)).toMatchObject({
      step: 'retry',
    });
    expect(nextStepAfterFailure(work, policy, 1)).toMatchObject({ countsAsRetry: true });
  });

  it('says that a task is tried again only where it is, and else how often it has been tried', () => {
    const follows = (more: Partial<FailedWork>): string | null =>
      nextStepAfterFailure({ ...work, ...more }, policy, 0).follows;

    expect(follows({})).toBe('The task is tried again (retry 1 of 3).');
    expect(follows({ retries: 3 })).toBe('It has been tried 4 times: all 3 retries are used up.');
    expect(follows({ failure: permanent })).toBeNull();
    expect(follows({ phase: 'apply' })).toBe('An apply is never repeated without a person: plan again.');
  });

  it('is the end where terraform says the same of itself twice in a row', () => {
    const failure = { code: 'TERRAFORM_FAILED', class: 'transient', message: 'Odd: it took 3s' } as const;
    const before = { code: failure.code, message: 'Odd: it took 12s' };
    const next = (more: Partial<FailedWork>): string =>
      nextStepAfterFailure({ ...work, failure, before, ...more }, policy, 0).step;

    expect(next({})).toBe('fail');
    expect(next({ before: null })).toBe('retry');
    expect(next({ before: { ...before, message: 'Even' } })).toBe('retry');
    expect(next({ before: { ...before, code: 'TERRAFORM_CRASHED' } })).toBe('retry');
    expect(next({ interrupted: true })).toBe('retry');
    const gone = { ...failure, code: 'TERRAFORM_REGISTRY_UNAVAILABLE' };
    expect(next({ failure: gone, before: gone })).toBe('retry');
  });

  it('costs no retry where somebody else holds the lock of the state, and an apply plans again', () => {
    const failure = { ...work.failure, code: STATE_LOCKED };
    expect(nextStepAfterFailure({ ...work, failure, retries: 3 }, policy, 1)).toMatchObject({
      step: 'retry',
      countsAsRetry: false,
    });
    const apply: FailedWork = { ...work, failure, phase: 'apply' };
    expect(nextStepAfterFailure(apply, policy, 1)).toMatchObject({ step: 'replan' });
    expect(nextStepAfterFailure({ ...apply, appliesSavedPlan: true }, policy, 1)).toMatchObject({
      step: 'retry',
      countsAsRetry: false,
    });
    // One that had begun is permanent by its class.
    expect(
      nextStepAfterFailure({ ...apply, failure: { ...failure, class: 'permanent' } }, policy, 1).step,
    ).toBe('fail');
  });
});
