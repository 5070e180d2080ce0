import type { Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { moveTask } from './move-task.js';
import { replanTask } from './replan-task.js';
import { freeSlotOf } from './slots-of-task.js';

export interface ReservationLoss {
  readonly actor: string;
  /** Why the slot is gone, as the task's user reads it. */
  readonly reason: string;
}

/**
 * What becomes of a locked task whose reserved slot is gone before its apply began: it plans again and asks again; or,
 * where its workspace says so, its stored plan is applied in another slot, and a confirmation already given stands.
 */
export async function loseReservation(
  sql: Sql,
  task: TaskRow,
  loss: ReservationLoss,
): Promise<TaskRow | null> {
  if (!(await restoresPlans(sql, task))) {
    const confirmed = task.confirmedAt === null ? '' : '; the confirmation is void';
    const message = `${loss.reason}${confirmed}; plans again and asks again`;
    return replanTask(sql, { taskId: task.id, attempt: task.attempt, actor: loss.actor, message });
  }
  if (task.status === 'apply_pending') {
    return keepWaiting(sql, task, loss);
  }
  await freeSlotOf(sql, task.id);
  return moveTask(sql, {
    taskId: task.id,
    verb: 'restore',
    to: 'pending',
    attempt: task.attempt,
    set: { ...NO_PLACE, stage: 'confirmed', leaseUntil: null },
    forgetPhases: ['apply'],
    runAfterMs: 0,
    actor: loss.actor,
    message: `${loss.reason}; the confirmed plan is restored and applied in another slot`,
  });
}

/** Whether the task's workspace wants stored plans to be applied elsewhere, and there is one. */
export async function restoresPlans(sql: Sql, task: Pick<TaskRow, 'id' | 'workspaceId'>): Promise<boolean> {
  const rows = await sql.rows(
    `select 1 from workspaces w join plans p on p.task_id = $2
     where w.id = $1 and w.on_slot_lost = 'restore' and p.document is not null`,
    [task.workspaceId, task.id],
  );
  return rows.length === 1;
}

const NO_PLACE = { agentId: null, podName: null, slotId: null, sessionId: null };

/** No status changes: the plan is as good as before, and the person may still say yes to it. */
async function keepWaiting(sql: Sql, task: TaskRow, loss: ReservationLoss): Promise<TaskRow> {
  await freeSlotOf(sql, task.id);
  await sql.rows(
    `with kept as (
       update tasks set agent_id = null, pod_name = null, slot_id = null, session_id = null where id = $1 returning *
     )
     insert into task_events (organization_id, task_id, event, from_status, to_status, attempt, actor, message)
     select organization_id, id, 'reservation_ended', status, status, attempt, $2,
       $3 || '; once confirmed, the stored plan is applied in another slot' from kept`,
    [task.id, loss.actor, loss.reason],
  );
  return task;
}
