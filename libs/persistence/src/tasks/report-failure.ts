import {
  APPLY_NOT_BEGUN,
  countsWhenRepeated,
  isWorking,
  nextStepAfterFailure,
  noted,
  told,
  type Failure,
  type RetryPolicy,
} from '@berth/domain';
import type { Speaker } from '../speaker.js';
import { keepDeadTask } from '../dead-letters/keep-dead-letter.js';
import type { Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { releaseLockOfTask } from '../states/state-store.js';
import { doubtApply } from '../workspaces/attention.js';
import { failTask } from './end-task.js';
import { failureBefore } from './failure-before.js';
import { moveTask } from './move-task.js';
import { releaseLocked } from './release-task.js';
import { replanTask } from './replan-task.js';
import { failedBy, freeFailedSlotOf, freeSlotOf } from './slots-of-task.js';
import { namingHolder } from './state-holder.js';
import { endStopped } from './stop-task.js';
import type { Word } from './take-words.js';

export interface ReportedFailure {
  readonly by: Speaker;
  readonly taskId: string;
  readonly attempt: number;
  readonly failure: Failure;
  /** Our own process was told to stop. */
  readonly interrupted: boolean;
  /** The work ended because a person asked. */
  readonly stopped: boolean;
  /** The workspace's state may be behind what was changed: a person has to look before anything else writes. */
  readonly stateInDoubt?: boolean;
  readonly record: object;
  readonly actor: string;
}

export type RetrySettings = Omit<RetryPolicy, 'maxRetries'>;

/** The work ended without success: cancelled by a person, retried, or failed with its reason. Null means stale. */
export function workFailed(report: ReportedFailure, retry: RetrySettings): Word {
  return {
    by: report.by,
    taskId: report.taskId,
    take: async (sql, task) =>
      task?.attempt === report.attempt && isWorking(task.status)
        ? failLocked(sql, task, report, retry)
        : null,
  };
}

/** The same for a working task that is locked already. */
export async function failLocked(
  sql: Sql,
  task: TaskRow,
  report: Omit<ReportedFailure, 'taskId' | 'by'>,
  retry: RetrySettings,
): Promise<TaskRow | null> {
  const record = { phase: task.phase, value: report.record };
  if (report.stateInDoubt === true) {
    await doubtApply(sql, task);
  }
  const { interrupted } = report;
  const failure = await namingHolder(sql, task, report.failure);
  const before = countsWhenRepeated(failure) ? await failureBefore(sql, task.id) : null;
  const appliesSavedPlan = task.operation === 'apply';
  const next = nextStepAfterFailure(
    { phase: task.phase, retries: task.retries, failure, interrupted, appliesSavedPlan, before },
    { ...retry, maxRetries: task.maxRetries },
    Math.random(),
  );
  // What a person wanted to end does not begin again.
  if (task.stopRequested !== null && (report.stopped || next.step !== 'fail')) {
    return endStopped(sql, task, { request: task.stopRequested, comment: null, actor: report.actor, record });
  }
  const message = noted(failure.message, next.reason);
  const error = { ...failure, message: told(failure.message, next.follows) };
  if (next.step === 'fail') {
    const { attempt, actor } = report;
    const ending: Failure = next.repeated === true ? { ...error, class: 'permanent' } : error;
    const failed = await failTask(sql, { taskId: task.id, attempt, failure: ending, record, actor, message });
    // Retries used up: nothing says that the work itself is wrong. What terraform finds wrong is a plain failure.
    if (failed !== null && ending.class === 'transient' && task.phase !== 'apply') {
      await keepDeadTask(sql, failed, { ...failure, message });
    }
    return failed;
  }
  await releaseLockOfTask(sql, task.id);
  if (next.step === 'replan') {
    const { attempt, actor } = report;
    return replanTask(sql, { taskId: task.id, attempt, verb: 'retry', actor, message });
  }
  await (next.countsAsRetry ? freeFailedSlotOf(sql, task.id) : freeSlotOf(sql, task.id));
  return moveTask(sql, {
    taskId: task.id,
    verb: 'retry',
    to: 'pending',
    attempt: report.attempt,
    set: {
      stage: 'queued',
      retries: task.retries + (next.countsAsRetry ? 1 : 0),
      ...(next.countsAsRetry ? failedBy(task) : {}),
      error,
      agentId: null,
      podName: null,
      slotId: null,
      sessionId: null,
      startedAt: null,
    },
    runAfterMs: next.delayMs,
    record,
    actor: report.actor,
    message,
    data: { code: failure.code, class: failure.class, delayMs: next.delayMs },
  });
}

export interface Refusal {
  readonly by: Speaker;
  readonly taskId: string;
  readonly attempt: number;
  readonly failure: Failure;
  readonly actor: string;
}

/** The agent did not take the task: for now, so that it is offered again later, or ever. Null means stale. */
export function taskRefused(refusal: Refusal, retry: RetrySettings): Word {
  return {
    by: refusal.by,
    taskId: refusal.taskId,
    take: async (sql, task) => {
      if (task?.attempt !== refusal.attempt) {
        return null;
      }
      const { attempt, failure, actor } = refusal;
      if (isWorking(task.status)) {
        // The accept was committed and its answer lost: the agent holds nothing and begins nothing.
        const notBegun = task.phase === 'apply' && failure.class === 'transient';
        const report = {
          attempt,
          failure: notBegun ? { ...failure, code: APPLY_NOT_BEGUN } : failure,
          interrupted: notBegun,
          stopped: true,
          record: {},
          actor,
        };
        const moved = await failLocked(sql, task, report, retry);
        if (moved?.status === 'failed' && failure.class === 'permanent') {
          await keepDeadTask(sql, moved, failure);
        }
        return moved;
      }
      if (task.status !== 'assigned') {
        return null;
      }
      // A refusal comes before the work, so also an apply may be offered again.
      const next = nextStepAfterFailure(
        { phase: 'plan', retries: task.retries, failure, interrupted: false },
        { ...retry, maxRetries: task.maxRetries },
        Math.random(),
      );
      const message = `refused: ${noted(failure.message, next.reason)}`;
      const error = { ...failure, message: told(failure.message, next.follows) };
      if (next.step === 'retry') {
        const { delayMs, countsAsRetry } = next;
        const release = { taskId: task.id, attempt, delayMs, countsAsRetry, failure: error, actor, message };
        return releaseLocked(sql, task, release);
      }
      const failed = await failTask(sql, { taskId: task.id, attempt, failure: error, actor, message });
      if (failed !== null) {
        await keepDeadTask(sql, failed, { ...failure, message });
      }
      return failed;
    },
  };
}
