import type { Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { voidApprovals } from './approvals.js';
import { moveTask } from './move-task.js';
import { freeSlotOf } from './slots-of-task.js';

export interface Replan {
  readonly taskId: string;
  readonly attempt: number;
  /** `retry` for an apply that was stopped before it changed anything: `replan` never touches one that is at work. */
  readonly verb?: 'replan' | 'retry';
  readonly actor: string;
  readonly message: string;
}

/** Sends a task whose slot with the plan is gone back to the queue: a confirmation already given is void. */
export async function replanTask(sql: Sql, replan: Replan): Promise<TaskRow | null> {
  const task = await moveTask(sql, {
    taskId: replan.taskId,
    verb: replan.verb ?? 'replan',
    to: 'pending',
    attempt: replan.attempt,
    set: {
      phase: 'plan',
      stage: 'queued',
      agentId: null,
      podName: null,
      slotId: null,
      sessionId: null,
      leaseUntil: null,
      startedAt: null,
      confirmedAt: null,
      error: null,
    },
    forgetPhases: ['plan', 'apply'],
    runAfterMs: 0,
    actor: replan.actor,
    message: replan.message,
  });
  if (task !== null) {
    await Promise.all([freeSlotOf(sql, task.id), voidApprovals(sql, task.id)]);
  }
  return task;
}
