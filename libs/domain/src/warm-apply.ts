/** Where a plan was made and what it hashed to: what the database recorded. */
export interface PlanPlace {
  readonly agentId: string | null;
  readonly podName: string | null;
  readonly slotId: number | null;
  readonly planHash: string | null;
  /** Below the work directory; empty for its top. */
  readonly workingDirectory: string | null;
  /** That made the plan, with its version. */
  readonly engine: string | null;
  /** Digest of the variables and options that the plan was made with. */
  readonly given: string | null;
}

/** What is there now: this process, the slot's manifest and the plan file on disk. */
export interface SlotFacts {
  readonly agentId: string;
  readonly podName: string;
  readonly slotId: number;
  /** Null where the slot has no readable manifest. */
  readonly manifestTaskId: string | null;
  /** That the manifest has on disk, null without one. */
  readonly seal: string | null;
  /** That it would have as it is, by the key that only the api gives. */
  readonly rightSeal: string | null;
  /** SHA-256 of the plan file in the slot, null where there is none. */
  readonly planFileHash: string | null;
  readonly workingDirectory: string | null;
  /** That the slot's plan was made with, and that would apply it. */
  readonly engine: string | null;
  readonly given: string | null;
  /** Digest of the work directory as the plan left it, null where none was kept. */
  readonly recordedTree: string | null;
  /** Digest of the work directory now, null where it is gone. */
  readonly tree: string | null;
}

/** Why an apply begins warm, for counting. */
export type WarmReason = 'SLOT_KEPT';

/** Why an apply begins cold, for counting: the first check that failed. */
export const ColdReason = {
  agent: 'OTHER_AGENT',
  pod: 'OTHER_POD',
  slot: 'OTHER_SLOT',
  task: 'OTHER_TASK_IN_SLOT',
  record: 'SLOT_RECORD_CHANGED',
  planHash: 'PLAN_FILE_DIFFERS',
  workingDirectory: 'OTHER_WORKING_DIRECTORY',
  engine: 'OTHER_ENGINE',
  given: 'OTHER_VARIABLES',
  tree: 'WORK_DIRECTORY_CHANGED',
  /** An apply task of its own, of a plan task that kept no slot. */
  planOfOtherTask: 'PLAN_OF_OTHER_TASK',
  engineGone: 'ENGINE_GONE',
  providerChanged: 'PROVIDER_CHANGED',
} as const;
export type ColdReason = (typeof ColdReason)[keyof typeof ColdReason];

export interface WarmDecision {
  readonly warm: boolean;
  /** One line for each check, as a user reads it in the log. */
  readonly reasons: readonly string[];
  /** The decision in one short sentence. */
  readonly summary: string;
  readonly code: WarmReason | ColdReason;
}

/**
 * Decides whether an apply may skip init and the plan's restore: only in the same agent, pod and slot, with the
 * slot's manifest naming this task, the plan file hashing to what was recorded and the work directory as the plan left
 * it, whose files terraform reads again. The manifest is sealed with a key that is not on that disk: what a run could
 * have written into it counts for nothing. A fact that was never recorded counts as a mismatch: an agent id that was not
 * there yet has led to the wrong path before.
 */
export function decideWarmApply(taskId: string, plan: PlanPlace, slot: SlotFacts): WarmDecision {
  const checks = [
    check(ColdReason.agent, 'agent', plan.agentId, slot.agentId),
    check(ColdReason.pod, 'pod', plan.podName, slot.podName),
    check(ColdReason.slot, 'slot', plan.slotId, slot.slotId),
    check(ColdReason.task, 'task in the slot', taskId, slot.manifestTaskId),
    check(ColdReason.record, 'record of the slot', slot.rightSeal, slot.seal),
    check(ColdReason.planHash, 'plan hash', plan.planHash, slot.planFileHash),
    check(
      ColdReason.workingDirectory,
      'working directory',
      nameOf(plan.workingDirectory),
      nameOf(slot.workingDirectory),
    ),
    check(ColdReason.engine, 'engine', plan.engine, slot.engine),
    check(ColdReason.given, 'variables and options', plan.given, slot.given),
    check(ColdReason.tree, 'work directory', slot.recordedTree, slot.tree),
  ];
  const failed = checks.filter((one) => !one.same);
  const warm = failed.length === 0;
  const summary = warm
    ? 'same slot, plan hash verified'
    : failed.map((one) => `${one.what} does not match`).join(', ');
  const code = failed[0]?.code ?? 'SLOT_KEPT';
  return { warm, reasons: checks.map((one) => one.reason), summary, code };
}

/** The top has no name of its own. */
function nameOf(workingDirectory: string | null): string | null {
  return workingDirectory === '' ? 'the top' : workingDirectory;
}

function check(
  code: ColdReason,
  what: string,
  recorded: string | number | null,
  found: string | number | null,
) {
  const same = recorded !== null && recorded === found;
  const reason = same
    ? `same ${what} … yes (${found})`
    : `same ${what} … no (recorded ${recorded ?? 'nothing'}, found ${found ?? 'nothing'})`;
  return { code, what, same, reason };
}
