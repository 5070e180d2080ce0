import {
  cutText,
  describeChanges,
  describeComparison,
  type PlanComparison,
  type PlanDigests,
  type PlannedChanges,
} from '@berth/domain';
import type { Speaker } from '../speaker.js';
import type { Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { compareWithPlanBefore, readKeptDigests } from '../plans/plan-digests.js';
import { isAttentionNeeded } from '../workspaces/attention.js';
import { keepApprovals, readApprovalRule } from './approvals.js';
import { endReservationsOverCap } from './end-reservations.js';
import { endLocked } from './end-task.js';
import { moveTask } from './move-task.js';
import { reserveSlotOf } from './slots-of-task.js';
import { endStopped } from './stop-task.js';
import { word, type Word } from './take-words.js';

export interface FinishedPlan {
  readonly by: Speaker;
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
export function planFinished(plan: FinishedPlan): Word {
  return word({
    by: plan.by,
    taskId: plan.taskId,
    read: async (sql) => readKeptDigests(sql, plan.taskId),
    take: async (sql, task, kept) => {
      if (task?.status !== 'planning' || task.attempt !== plan.attempt) {
        return null;
      }
      const record = { phase: 'plan', value: plan.record } as const;
      if (task.stopRequested !== null) {
        return endStopped(sql, task, {
          request: task.stopRequested,
          comment: null,
          actor: plan.actor,
          record,
        });
      }
      const compared = await compareWithPlanBefore(sql, task, plan.planHash, kept);
      const { comparison } = compared;
      const set = {
        failedAgents: [],
        planHash: plan.planHash,
        changes: { ...plan.changes },
        planIdentical: comparison === null ? null : comparison.kind === 'identical',
      };
      const data = { ...plan.changes, planHash: plan.planHash, ...digestData(compared) };
      const common = { taskId: task.id, attempt: plan.attempt, record, actor: plan.actor, data };
      const again = comparison === null ? '' : `; ${describeComparison(comparison)}`;
      const summary = `${plan.hasChanges ? describeChanges(plan.changes) : 'no changes'}${again}`;
      if (!plan.hasChanges || task.operation === 'plan') {
        const message = `planned: ${summary}`;
        return endLocked(sql, task, { ...common, verb: 'finish', to: 'succeeded', set, message });
      }
      if (!(await reserveSlotOf(sql, task.id, task.attempt, plan.reservationSeconds))) {
        throw new Error(`task ${task.id} is planning but its slot is not running for it`);
      }
      const word = await wordGiven(sql, task, {
        planHash: plan.planHash,
        isIdentical: comparison?.kind === 'identical',
      });
      if (word !== null && !(await isAttentionNeeded(sql, task.workspaceId))) {
        return moveTask(sql, {
          ...common,
          verb: 'finish_plan',
          to: 'apply_queued',
          set: { ...set, phase: 'apply', stage: 'confirmed' },
          setNow: ['confirmedAt', 'runnableAt'],
          message: `planned: ${summary}; ${word}`,
        });
      }
      const waiting = await moveTask(sql, {
        ...common,
        verb: 'finish_plan',
        to: 'apply_pending',
        set: { ...set, stage: 'planned' },
        message: `planned: ${summary}; waits for confirmation`,
      });
      await endReservationsOverCap(sql, task.id);
      return waiting;
    },
  });
}

/**
 * Why nobody has to be asked: the task applies by itself, or the plan does what the approved one did, and its workspace
 * lets the approvals stand. Null where people are asked.
 */
async function wordGiven(
  sql: Sql,
  task: TaskRow,
  { planHash, isIdentical }: { readonly planHash: string; readonly isIdentical: boolean },
): Promise<string | null> {
  const rule = await readApprovalRule(sql, task.id);
  if (task.autoApply && rule.approvals === 1 && rule.allowSelfApproval) {
    return 'applies by itself';
  }
  if (!isIdentical || rule.keepApprovals !== 'identical') {
    return null;
  }
  const given = await keepApprovals(sql, task, planHash);
  return given < rule.approvals ? null : 'the approvals stand, and it is applied';
}

/** Addresses of each list in an event: all of thousands would make each timeline as long. */
const TOLD = 100;
/** Characters of one: a key of for_each may be of any length. */
const TOLD_LENGTH = 1_000;

interface Compared {
  readonly digests: PlanDigests | null;
  readonly comparison: PlanComparison | null;
}

/** For the event: the digests, and of a plan that was made again what it is to the one before. */
function digestData({ digests, comparison }: Compared): object {
  return {
    ...(digests !== null && {
      effectsDigest: digests.effects,
      contextDigest: digests.context,
      inputsDigest: digests.inputs,
      digestVersion: digests.version,
      digestKeyId: digests.keyId,
    }),
    ...(comparison !== null && { comparison: shortened(comparison) }),
  };
}

function shortened(comparison: PlanComparison): PlanComparison {
  if (comparison.kind === 'different' && comparison.entries !== null) {
    const { added, gone, changed } = comparison.entries;
    return {
      kind: comparison.kind,
      entries: { added: told(added), gone: told(gone), changed: told(changed) },
    };
  }
  return comparison.kind === 'same_effects' && comparison.settings !== null
    ? { ...comparison, settings: told(comparison.settings) }
    : comparison;
}

function told(names: readonly string[]): string[] {
  return names.slice(0, TOLD).map((name) => cutText(name, TOLD_LENGTH));
}
