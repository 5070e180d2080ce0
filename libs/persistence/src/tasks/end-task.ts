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
  return end(sql, move, true);
}

/**
 * The same of one that its caller has locked, and that is where the move begins: all of it is sent together.
 * @throws Error where it was elsewhere
 */
export async function endLocked(sql: Sql, task: TaskRow, move: Move): Promise<TaskRow> {
  const { id, kind, operation, writing, laneHead, workspaceId } = task;
  const then = { id, kind, operation, writing, laneHead, workspaceId, status: move.to };
  const [ended] = await Promise.all([moveTask(sql, ending(move)), leave(sql, then, true)]);
  if (ended === null) {
    throw new Error(`task ${task.id} is ${task.status}, from where no ${move.verb} leads`);
  }
  return ended;
}

async function endKeepingStateLock(sql: Sql, move: Move): Promise<TaskRow | null> {
  return end(sql, move, false);
}

async function end(sql: Sql, move: Move, unlocks: boolean): Promise<TaskRow | null> {
  const task = await moveTask(sql, ending(move));
  if (task !== null) {
    await leave(sql, task, unlocks);
  }
  return task;
}

function ending(move: Move): Move {
  return { ...move, set: { ...move.set, stage: move.to } };
}

/** What an ended task no longer has: each is one statement, and all are sent together. */
async function leave(
  sql: Sql,
  task: Pick<TaskRow, 'id' | 'kind' | 'operation' | 'status' | 'writing' | 'laneHead' | 'workspaceId'>,
  unlocks: boolean,
): Promise<void> {
  // Of a plan alone an apply may come yet; of nothing else, and what holds secrets is not kept for longer than it is of use.
  const dropsInputs =
    task.kind === 'terraform' && !(task.operation === 'plan' && task.status === 'succeeded');
  await Promise.all([
    freeSlotOf(sql, task.id),
    dropsInputs ? dropPlanInputs(sql, task.id) : null,
    task.writing && task.laneHead && task.workspaceId !== null ? promoteLane(sql, task.workspaceId) : null,
    unlocks ? releaseLockOfTask(sql, task.id) : null,
  ]);
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
