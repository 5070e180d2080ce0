import { SIMPLE_MS, type Database } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { prepared } from '../statement.js';
import { isAttentionNeededFor } from '../workspaces/attention.js';
import {
  addApproval,
  readApprovalRule,
  tellApproval,
  type ApprovalCount,
  type ApprovalRule,
} from './approvals.js';
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
  /** Who the actor is: one approval counts for each. */
  readonly principal: string;
  /** A person has to say which plan it is that they approve. */
  readonly isPerson: boolean;
}

/** `moved` is false where the state does not allow it, or the plan is another one by now. */
export interface PersonsMove {
  readonly task: TaskRow;
  readonly moved: boolean;
}

/**
 * What became of a confirmation: the task moved on; the approval counts, and so many more are needed; or why not:
 * the status does not allow it, the plan is another one (or has to be named), somebody has to look at the workspace
 * first, who queued it may not confirm it, or has approved this plan before.
 */
export type ConfirmAnswer = PersonsMove &
  (
    | { readonly outcome: 'moved' | 'status' | 'other_plan' | 'plan_unnamed' | 'attention' | 'own_task' }
    | ({ readonly outcome: 'approved' | 'approved_before' } & ApprovalCount)
  );

/** How often a plan of the task has waited for an answer, this time included. */
const PLANS = prepared(
  "select count(*)::int as plans from task_events where task_id = $1 and event = 'finish_plan'",
);
const RESERVED = prepared("select 1 from slots where task_id = $1 and state = 'reserved'");

/**
 * Somebody says yes to the plan, which they name where the task has planned before. The last approval that the workspace
 * asks for queues the apply for the slot that holds the plan. Where the reservation has ended there is nothing to apply,
 * so the task plans again and waits for people once more; unless its workspace wants the stored plan to be applied in
 * whatever slot there is.
 */
export async function confirmTask(
  database: Database,
  confirmation: Confirmation,
): Promise<ConfirmAnswer | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const { taskId } = confirmation;
    // Each sees what was committed while the first one waited.
    const [task, needsAttention, [made], reserved, rule] = await Promise.all([
      lockTask(sql, taskId),
      isAttentionNeededFor(sql, taskId),
      sql.rows<{ plans: number }>(PLANS, [taskId]),
      sql.rows(RESERVED, [taskId]),
      readApprovalRule(sql, taskId),
    ]);
    if (task === null) {
      return null;
    }
    const against = whatIsAgainst(task, confirmation, { plans: made?.plans ?? 0, needsAttention, rule });
    if (against !== null) {
      return { task, moved: false, outcome: against };
    }
    const approvals = await addApproval(sql, task, confirmation, rule);
    if (approvals.outcome === 'approved_before') {
      return { task, moved: false, ...approvals };
    }
    const isReserved = reserved.length > 0;
    if (!isReserved && !(await restoresPlans(sql, task))) {
      const again = await replanTask(sql, {
        taskId: task.id,
        attempt: task.attempt,
        actor: confirmation.actor,
        message: `${approvals.given < approvals.needed ? 'approved' : 'confirmed'} after its reservation had ended: plans again first, then asks again`,
      });
      return movedTo(task, again);
    }
    if (approvals.given < approvals.needed) {
      await tellApproval(sql, task, confirmation, approvals);
      return { task, moved: false, ...approvals };
    }
    const confirmed = await moveTask(sql, {
      taskId: task.id,
      verb: 'confirm',
      to: isReserved ? 'apply_queued' : 'pending',
      attempt: task.attempt,
      set: { phase: 'apply', stage: 'confirmed' },
      setNow: ['confirmedAt', 'runnableAt'],
      actor: confirmation.actor,
      message: `${countOf(approvals)}confirmed${isReserved ? '' : '; the stored plan is applied in another slot'}`,
      data: confirmation.comment === null ? {} : { comment: confirmation.comment },
    });
    return movedTo(task, confirmed);
  });
}

interface Facts {
  /** How often the task has planned. */
  readonly plans: number;
  readonly needsAttention: boolean;
  readonly rule: ApprovalRule;
}

function whatIsAgainst(
  task: TaskRow,
  { planHash, principal, isPerson }: Confirmation,
  { plans, needsAttention, rule }: Facts,
): 'status' | 'other_plan' | 'plan_unnamed' | 'attention' | 'own_task' | null {
  if (task.status !== 'apply_pending') {
    return 'status';
  }
  if (needsAttention) {
    return 'attention';
  }
  if (planHash !== null && planHash !== task.planHash) {
    return 'other_plan';
  }
  if (planHash === null && (isPerson || rule.approvals > 1)) {
    return 'plan_unnamed';
  }
  // Whoever says yes without a name has looked at the first plan, for all that anybody knows.
  if (planHash === null && plans > 1) {
    return 'other_plan';
  }
  return !rule.allowSelfApproval && task.queuedBy === principal ? 'own_task' : null;
}

function movedTo(task: TaskRow, moved: TaskRow | null): ConfirmAnswer {
  return moved === null
    ? { task, moved: false, outcome: 'status' }
    : { task: moved, moved: true, outcome: 'moved' };
}

function countOf({ given, needed }: ApprovalCount): string {
  return needed === 1 ? '' : `approval ${given} of ${needed}: `;
}
