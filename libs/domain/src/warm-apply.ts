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

export interface WarmDecision {
  readonly warm: boolean;
  /** One line for each check, as a user reads it in the log. */
  readonly reasons: readonly string[];
  /** The decision in one short sentence. */
  readonly summary: string;
}

/**
 * Decides whether an apply may skip init and the plan's restore: only in the same agent, pod and slot, with the
 * slot's manifest naming this task, the plan file hashing to what was recorded and the work directory as the plan left
 * it, whose files terraform reads again. A fact that was never recorded counts as a mismatch: an agent id that was not
 * there yet has led to the wrong path before.
 */
export function decideWarmApply(taskId: string, plan: PlanPlace, slot: SlotFacts): WarmDecision {
  const checks = [
    check('agent', plan.agentId, slot.agentId),
    check('pod', plan.podName, slot.podName),
    check('slot', plan.slotId, slot.slotId),
    check('task in the slot', taskId, slot.manifestTaskId),
    check('plan hash', plan.planHash, slot.planFileHash),
    check('working directory', nameOf(plan.workingDirectory), nameOf(slot.workingDirectory)),
    check('engine', plan.engine, slot.engine),
    check('variables and options', plan.given, slot.given),
    check('work directory', slot.recordedTree, slot.tree),
  ];
  const failed = checks.filter((one) => !one.same);
  const warm = failed.length === 0;
  const summary = warm
    ? 'same slot, plan hash verified'
    : failed.map((one) => `${one.what} does not match`).join(', ');
  return { warm, reasons: checks.map((one) => one.reason), summary };
}

/** The top has no name of its own. */
function nameOf(workingDirectory: string | null): string | null {
  return workingDirectory === '' ? 'the top' : workingDirectory;
}

function check(what: string, recorded: string | number | null, found: string | number | null) {
  const same = recorded !== null && recorded === found;
  const reason = same
    ? `same ${what} … yes (${found})`
    : `same ${what} … no (recorded ${recorded ?? 'nothing'}, found ${found ?? 'nothing'})`;
  return { what, same, reason };
}
