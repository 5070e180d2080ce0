import { SIMPLE_MS, type Database } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { prepared } from '../statement.js';
import { isAttentionNeededFor } from '../workspaces/attention.js';
import { lockTask } from './lock-task.js';
import { moveTask } from './move-task.js';
import { restoresPlans } from './lose-reservation.js';
import { replanTask } from './replan-task.js';

export interface Confirmation {
  readonly taskId: string;
  /** The plan that the person has seen; null may only be said of the task's first one. */
  readonly planHash: string | null;
  readonly comment: string | null;
  readonly actor: string;
}

/** `moved` is false where the state does not allow it, or the plan is another one by now. */
export interface PersonsMove {
  readonly task: TaskRow;
  readonly moved: boolean;
}

/** `needsAttention`: somebody has to look at the workspace before anything is applied there. */
export interface ConfirmAnswer extends PersonsMove {
  readonly needsAttention: boolean;
}

/** How often a plan of the task has waited for an answer, this time included. */
const PLANS = prepared(
  "select count(*)::int as plans from task_events where task_id = $1 and event = 'finish_plan'",
);
const RESERVED = prepared("select 1 from slots where task_id = $1 and state = 'reserved'");

/**
 * A person says yes to the plan, which they name where the task has planned before: the apply is queued for the slot
 * that holds it. Where the reservation has ended there is nothing to apply, so the task plans again and waits for a
 * person once more; unless its workspace wants the stored plan to be applied in whatever slot there is.
 */
export async function confirmTask(
  database: Database,
  confirmation: Confirmation,
): Promise<ConfirmAnswer | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const { taskId } = confirmation;
    // Each sees what was committed while the first one waited.
    const [task, needsAttention, [made], reserved] = await Promise.all([
      lockTask(sql, taskId),
      isAttentionNeededFor(sql, taskId),
      sql.rows<{ plans: number }>(PLANS, [taskId]),
      sql.rows(RESERVED, [taskId]),
    ]);
    if (task === null) {
      return null;
    }
    const { planHash } = confirmation;
    // Whoever says yes without a name has looked at the first plan, for all that anybody knows.
    const otherPlan = planHash === null ? (made?.plans ?? 0) > 1 : planHash !== task.planHash;
    if (task.status !== 'apply_pending' || otherPlan || needsAttention) {
      return { task, moved: false, needsAttention };
    }
    const data = confirmation.comment === null ? {} : { comment: confirmation.comment };
    const isReserved = reserved.length > 0;
    const moved =
      !isReserved && !(await restoresPlans(sql, task))
        ? await replanTask(sql, {
            taskId: task.id,
            attempt: task.attempt,
            actor: confirmation.actor,
            message: 'confirmed after its reservation had ended: plans again first, then asks again',
          })
        : await moveTask(sql, {
            taskId: task.id,
            verb: 'confirm',
            to: isReserved ? 'apply_queued' : 'pending',
            attempt: task.attempt,
            set: { phase: 'apply', stage: 'confirmed' },
            setNow: ['confirmedAt', 'runnableAt'],
            actor: confirmation.actor,
            message: isReserved ? 'confirmed' : 'confirmed; the stored plan is applied in another slot',
            data,
          });
    return { task: moved ?? task, moved: moved !== null, needsAttention };
  });
}
