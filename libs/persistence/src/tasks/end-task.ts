import type { Failure, TaskPhase } from '@berth/domain';
import type { Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { dropPlanInputs } from '../plans/plan-inputs.js';
import { releaseLockOfTask } from '../states/state-store.js';
import { promoteLane } from '../workspaces/lane.js';
import { moveTask, type Move } from './move-task.js';
import { freeSlotOf } from './slots-of-task.js';

/**
 * Moves a locked task to a final state, frees its slot and its state lock, and lets its workspace's next task come
 * to the front.
 */
export async function endTask(sql: Sql, move: Move): Promise<TaskRow | null> {
  return end(sql, move, async (taskId) => releaseLockOfTask(sql, taskId));
}

async function endKeepingStateLock(sql: Sql, move: Move): Promise<TaskRow | null> {
  return end(sql, move, async () => undefined);
}

/** Of what follows the move each is one statement, and all are sent together. */
async function end(
  sql: Sql,
  move: Move,
  releaseLock: (taskId: string) => Promise<void>,
): Promise<TaskRow | null> {
  const task = await moveTask(sql, { ...move, set: { ...move.set, stage: move.to } });
  if (task === null) {
    return null;
  }
  // Of a plan alone an apply may come yet; of nothing else, and what holds secrets is not kept for longer than it is of use.
  const dropsInputs =
    task.kind === 'terraform' && !(task.operation === 'plan' && task.status === 'succeeded');
  await Promise.all([
    freeSlotOf(sql, task.id),
    dropsInputs ? dropPlanInputs(sql, task.id) : null,
    task.writing && task.laneHead && task.workspaceId !== null ? promoteLane(sql, task.workspaceId) : null,
    releaseLock(task.id),
  ]);
  return task;
}

export interface TaskFailing {
  readonly taskId: string;
  readonly attempt: number;
  readonly failure: Failure;
  readonly record?: { readonly phase: TaskPhase; readonly value: object };
  readonly actor: string;
  readonly message: string;
}

/** Ends a locked task as failed, with its reason. */
export async function failTask(sql: Sql, failing: TaskFailing): Promise<TaskRow | null> {
  return endTask(sql, failureMove(failing));
}

/**
 * The same for an apply whose agent is lost: terraform may be at work there still, so the state stays locked until a
 * person has looked.
 */
export async function failTaskAtWork(sql: Sql, failing: TaskFailing): Promise<TaskRow | null> {
  return endKeepingStateLock(sql, failureMove(failing));
}

function failureMove(failing: TaskFailing): Move {
  return {
    taskId: failing.taskId,
    verb: 'fail',
    to: 'failed',
    attempt: failing.attempt,
    set: { error: { ...failing.failure } },
    ...(failing.record === undefined ? {} : { record: failing.record }),
    actor: failing.actor,
    message: failing.message,
    data: { code: failing.failure.code, class: failing.failure.class },
  };
}
