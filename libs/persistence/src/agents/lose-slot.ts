import { APPLY_NOT_BEGUN, type Failure } from '@berth/domain';
import { apart } from '../apart.js';
import type { Sql } from '../database.js';
import type { ItemFailed } from '../each-alone.js';
import type { TaskRow } from '../entities/index.js';
import { failTaskAtWork } from '../tasks/end-task.js';
import { lockTask } from '../tasks/lock-task.js';
import { loseReservation } from '../tasks/lose-reservation.js';
import { releaseLocked } from '../tasks/release-task.js';
import { failLocked, type RetrySettings } from '../tasks/report-failure.js';
import { returnAtCost } from '../tasks/return-build.js';
import { freeSlotOf } from '../tasks/slots-of-task.js';
import { doubtApply } from '../workspaces/attention.js';
import { LOST_APPLY_CODE } from '../workspaces/lost-apply.js';

/** Why a slot's contents are gone, as the task's user reads it. */
export interface SlotLoss {
  readonly agentId: string;
  readonly podName: string;
  readonly reason: string;
  /** The agent says that it has never started terraform for the apply. */
  readonly notBegun?: boolean;
}

/**
 * What becomes of the task whose slot is gone. Before an apply began it plans again; an apply that had begun is
 * unknown and is never repeated by the machine.
 */
export async function loseSlotOfTask(
  sql: Sql,
  taskId: string,
  loss: SlotLoss,
  retry: RetrySettings,
): Promise<TaskRow | null> {
  const task = await lockTask(sql, taskId);
  if (task === null) {
    return null;
  }
  const actor = 'registry';
  const { attempt } = task;
  const lost: Failure = { code: 'AGENT_LOST', class: 'transient', message: loss.reason };
  const reserved = { actor, reason: `the reserved slot was lost (${loss.reason})` };
  switch (task.status) {
    case 'apply_pending':
    case 'apply_queued':
      return loseReservation(sql, task, reserved);
    case 'assigned':
      if (task.platform !== null) {
        // It was taken and not begun: a build that ends every worker that takes it must come to an end.
        return returnAtCost(sql, task, { failure: lost, actor }, retry);
      }
      return task.phase === 'apply' && task.operation !== 'apply'
        ? loseReservation(sql, task, reserved)
        : releaseLocked(sql, task, {
            taskId,
            attempt,
            delayMs: 0,
            countsAsRetry: false,
            failure: null,
            actor,
            message: `${loss.reason}; queued again`,
          });
    case 'planning':
    case 'running':
      return failLocked(
        sql,
        task,
        { attempt, failure: lost, interrupted: false, stopped: true, record: {}, actor },
        retry,
      );
    case 'applying':
      return loss.notBegun === true
        ? failLocked(sql, task, notBegun(loss, attempt), retry)
        : failLostApply(sql, task, loss);
    case 'pending':
    case 'succeeded':
    case 'failed':
    case 'cancelled':
    case 'discarded':
      await freeSlotOf(sql, taskId);
      return null;
  }
}

/** As its agent would have reported it. */
function notBegun({ agentId }: SlotLoss, attempt: number) {
  const message = `The process of agent ${agentId} ended before terraform was started, so the apply has changed nothing.`;
  return {
    attempt,
    failure: { code: APPLY_NOT_BEGUN, class: 'permanent', message },
    interrupted: true,
    stopped: true,
    record: {},
    actor: 'registry',
  } as const;
}

/** The same, where a task that no statement likes keeps nothing else of its transaction from being done. True where it was done. */
export async function loseSlotApart(
  sql: Sql,
  taskId: string,
  loss: SlotLoss,
  retry: RetrySettings,
  failed: ItemFailed,
): Promise<boolean> {
  return apart(
    sql,
    async () => loseSlotOfTask(sql, taskId, loss, retry),
    (error) => {
      failed(`task ${taskId} of agent ${loss.agentId}`, error);
    },
  );
}

async function failLostApply(sql: Sql, task: TaskRow, loss: SlotLoss): Promise<TaskRow | null> {
  await doubtApply(sql, task);
  const message =
    `${loss.reason} while it was applying: what was applied is unknown. Look at the workspace's resources and ` +
    'state, then clear its needsAttention and plan again';
  return failTaskAtWork(sql, {
    taskId: task.id,
    attempt: task.attempt,
    failure: { code: LOST_APPLY_CODE, class: 'permanent', message },
    actor: 'registry',
    message,
  });
}
