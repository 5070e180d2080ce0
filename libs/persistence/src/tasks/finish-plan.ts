import { describeChanges, type PlannedChanges } from '@berth/domain';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { isAttentionNeeded } from '../workspaces/attention.js';
import { endReservationsOverCap } from './end-reservations.js';
import { endTask } from './end-task.js';
import { lockTask } from './lock-task.js';
import { moveTask } from './move-task.js';
import { reserveSlotOf } from './slots-of-task.js';
import { endStopped } from './stop-task.js';

export interface FinishedPlan {
  readonly taskId: string;
  readonly attempt: number;
  readonly planHash: string;
  readonly hasChanges: boolean;
  readonly changes: PlannedChanges;
  readonly record: object;
  readonly reservationSeconds: number;
  readonly actor: string;
}

/**
 * The plan is there. With changes the slot is reserved and a person asked, or with auto-apply the apply queued at
 * once, unless somebody has to look at the workspace first; without changes, or where only a plan was wanted, the task is done. Null means stale.
 */
export async function finishPlan(database: Database, plan: FinishedPlan): Promise<TaskRow | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const task = await lockTask(sql, plan.taskId);
    if (task?.status !== 'planning' || task.attempt !== plan.attempt) {
      return null;
    }
    const record = { phase: 'plan', value: plan.record } as const;
    if (task.stopRequested !== null) {
      return endStopped(sql, task, { request: task.stopRequested, comment: null, actor: plan.actor, record });
    }
    const set = {
      planHash: plan.planHash,
      changes: { ...plan.changes },
      planIdentical: await samePlanAsBefore(sql, task.id),
    };
    const common = { taskId: task.id, attempt: plan.attempt, record, actor: plan.actor };
    const summary = describeChanges(plan.changes);
    if (!plan.hasChanges || task.operation === 'plan') {
      const message = plan.hasChanges ? `planned: ${summary}` : 'planned: no changes';
      return endTask(sql, { ...common, verb: 'finish', to: 'succeeded', set, message });
    }
    if (!(await reserveSlotOf(sql, task.id, task.attempt, plan.reservationSeconds))) {
      throw new Error(`task ${task.id} is planning but its slot is not running for it`);
    }
    const data = { ...plan.changes, planHash: plan.planHash };
    if (task.autoApply && !(await isAttentionNeeded(sql, task.workspaceId))) {
      return moveTask(sql, {
        ...common,
        verb: 'finish_plan',
        to: 'apply_queued',
        set: { ...set, phase: 'apply', stage: 'confirmed' },
        setNow: ['confirmedAt', 'runnableAt'],
        message: `planned: ${summary}; applies by itself`,
        data,
      });
    }
    const waiting = await moveTask(sql, {
      ...common,
      verb: 'finish_plan',
      to: 'apply_pending',
      set: { ...set, stage: 'planned' },
      message: `planned: ${summary}; waits for confirmation`,
      data,
    });
    await endReservationsOverCap(sql, task.id);
    return waiting;
  });
}

/** Null where there was no plan before. */
async function samePlanAsBefore(sql: Sql, taskId: string): Promise<boolean | null> {
  const [plan] = await sql.rows<{ same: boolean | null }>(
    'select digest = previous_digest as same from plans where task_id = $1',
    [taskId],
  );
  return plan?.same ?? null;
}
