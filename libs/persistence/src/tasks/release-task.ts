import type { Failure } from '@berth/domain';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { lockTask } from './lock-task.js';
import { moveTask } from './move-task.js';
import { failedBy, freeFailedSlotOf, freeSlotOf, reserveSlotOf } from './slots-of-task.js';

export interface Release {
  readonly taskId: string;
  readonly attempt: number;
  readonly delayMs: number;
  /** Most refusals count; a message that did not reach the agent does not. */
  readonly countsAsRetry: boolean;
  readonly failure: Failure | null;
  readonly actor: string;
  readonly message: string;
}

/** Takes back an assignment that nobody accepted. Null means that it was accepted or taken back already. */
export async function releaseTask(database: Database, release: Release): Promise<TaskRow | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const task = await lockTask(sql, release.taskId);
    if (task?.status !== 'assigned' || task.attempt !== release.attempt) {
      return null;
    }
    return releaseLocked(sql, task, release);
  });
}

/** The same for a task that is locked already: an apply goes back to its reserved slot, anything else to the queue. */
export async function releaseLocked(sql: Sql, task: TaskRow, release: Release): Promise<TaskRow | null> {
  const common = {
    taskId: task.id,
    verb: 'release',
    attempt: release.attempt,
    runAfterMs: release.delayMs,
    actor: release.actor,
    message: release.message,
    ...(release.failure === null
      ? {}
      : { data: { code: release.failure.code, class: release.failure.class } }),
  } as const;
  const set = {
    sessionId: null,
    leaseUntil: null,
    retries: task.retries + (release.countsAsRetry ? 1 : 0),
    ...(release.countsAsRetry ? failedBy(task) : {}),
    error: release.failure === null ? null : { ...release.failure },
  };
  if (task.phase === 'apply' && (await reserveSlotOf(sql, task.id, task.attempt, null))) {
    return moveTask(sql, { ...common, to: 'apply_queued', set: { ...set, stage: 'confirmed' } });
  }
  await (release.countsAsRetry ? freeFailedSlotOf(sql, task.id) : freeSlotOf(sql, task.id));
  return moveTask(sql, {
    ...common,
    to: 'pending',
    set: { ...set, stage: 'queued', agentId: null, podName: null, slotId: null },
  });
}
