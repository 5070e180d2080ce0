import type { Failure } from '@berth/domain';
import type { Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { moveTask } from './move-task.js';
import { releaseLocked } from './release-task.js';
import { failLocked, type RetrySettings } from './report-failure.js';
import { freeSlotOf } from './slots-of-task.js';

/** Why a build comes back, and who says so. */
export interface BuildReturn {
  readonly failure: Failure;
  readonly actor: string;
}

/** A build comes back without its worker's consent: that costs a retry, and ends it where they are used up. */
export async function returnAtCost(
  sql: Sql,
  task: TaskRow,
  { failure, actor }: BuildReturn,
  retry: RetrySettings,
): Promise<TaskRow | null> {
  const { attempt } = task;
  if (task.status === 'running' || (task.status === 'assigned' && task.retries >= task.maxRetries)) {
    const report = { attempt, failure, interrupted: false, stopped: true, record: {}, actor };
    return failLocked(sql, task, report, retry);
  }
  if (task.status !== 'assigned') {
    return null;
  }
  return releaseLocked(sql, task, {
    taskId: task.id,
    attempt,
    delayMs: retry.firstDelayMs,
    countsAsRetry: true,
    failure,
    actor,
    message: `${failure.message} (retry ${task.retries + 1} of ${task.maxRetries})`,
  });
}

/** A worker gives a build back in order: it waits for so long, and costs nothing. */
export async function returnFree(
  sql: Sql,
  task: TaskRow,
  { failure, actor }: BuildReturn,
  delayMs: number,
): Promise<TaskRow | null> {
  const { id: taskId, attempt } = task;
  const message = `${failure.message} (costs no retry)`;
  if (task.status === 'assigned') {
    return releaseLocked(sql, task, {
      taskId,
      attempt,
      delayMs,
      countsAsRetry: false,
      failure,
      actor,
      message,
    });
  }
  if (task.status !== 'running') {
    return null;
  }
  await freeSlotOf(sql, taskId);
  return moveTask(sql, {
    taskId,
    verb: 'retry',
    to: 'pending',
    attempt,
    set: {
      stage: 'queued',
      error: { ...failure },
      agentId: null,
      podName: null,
      slotId: null,
      sessionId: null,
      leaseUntil: null,
      startedAt: null,
    },
    runAfterMs: delayMs,
    actor,
    message,
    data: { code: failure.code, class: failure.class, delayMs },
  });
}
