import { ColdReason, cutText, decideWarmApply, type WarmDecision } from '@berth/domain';
import { TaskFailure } from '../../failures/task-failure.js';
import { sealOf, type Manifest } from '../../slots/manifest.js';
import { basisOf } from './plan-inputs.js';
import type { RunContext } from './run-context.js';
import { SlotTerraform } from './slot-terraform.js';

/** As long as a record takes them; a provider's change may name many files. */
const MAX_REASON = 1_000;

/** Where an apply begins, and why. */
export type WarmOrCold =
  /** With the engine of the plan in this slot. */
  | { readonly engine: NonNullable<Manifest['engine']>; readonly summary: string }
  | { readonly engine: null; readonly summary: string; readonly code: ColdReason };

/**
 * Looks into the slot and decides whether the apply may begin there at once. Every check is in the log, with what was
 * recorded and what was found.
 * @throws TaskFailure where there is no plan to apply
 */
export async function chooseWarmOrCold(context: RunContext): Promise<WarmOrCold> {
  const { reasons, ...choice } = await decide(context);
  for (const reason of reasons) {
    context.log.text.line(reason);
  }
  context.log.note({ warmChecks: reasons.map((reason) => cutText(reason, MAX_REASON)) });
  if (choice.engine === null) {
    context.metrics.coldApply(choice.code);
  } else {
    context.metrics.warmApply('SLOT_KEPT');
  }
  return choice;
}

type Choice = WarmOrCold & Pick<WarmDecision, 'reasons'>;

async function decide(context: RunContext): Promise<Choice> {
  const { run, slot, identity } = context;
  const { plan } = run.assignment;
  if (plan === null) {
    throw TaskFailure.permanent('NO_PLAN', 'The apply came without the plan that it is of.');
  }
  if (plan.taskId !== run.taskId) {
    return cold(ColdReason.planOfOtherTask, [], `the plan is of task ${plan.taskId}, which kept no slot`);
  }
  const { manifest, planFileHash, tree, engineIsThere } = await context.warmFacts();
  const recorded = { ...plan, ...basisOf(run.assignment, plan.engineVersion ?? 'of no known version') };
  const { code, reasons, summary } = decideWarmApply(run.taskId, recorded, {
    agentId: identity.agentId,
    podName: identity.podName,
    slotId: slot.slotId,
    manifestTaskId: manifest?.state === 'planned' ? manifest.taskId : null,
    seal: manifest?.seal ?? null,
    rightSeal: manifest === null ? null : sealOf(manifest, run.assignment.digestKey),
    planFileHash,
    workingDirectory: manifest?.basis?.workingDirectory ?? null,
    engine: manifest?.basis?.engine ?? null,
    given: manifest?.basis?.given ?? null,
    recordedTree: manifest?.treeDigest ?? null,
    tree,
  });
  if (code !== 'SLOT_KEPT') {
    return cold(code, reasons, summary);
  }
  const engine = manifest?.engine ?? null;
  if (engine === null || !engineIsThere) {
    return cold(
      ColdReason.engineGone,
      [...reasons, 'same engine … no (its binary is gone)'],
      'the engine is gone',
    );
  }
  const change = plan.lockWithoutHashes ? await changeOfProviders(context, engine) : null;
  return change === null
    ? { engine, reasons, summary }
    : cold(
        ColdReason.providerChanged,
        [...reasons, `same providers … no (${change})`],
        'a provider is not as init left it',
      );
}

function cold(code: ColdReason, reasons: readonly string[], summary: string): Choice {
  return { engine: null, code, reasons, summary };
}

/** Terraform does not compare them with the lock file again, so the store does. Null where all are as they came in. */
async function changeOfProviders(
  context: RunContext,
  engine: NonNullable<Manifest['engine']>,
): Promise<string | null> {
  const { providers } = await SlotTerraform.inSlot(context, engine);
  try {
    await providers.checkIntact();
    return null;
  } catch (error) {
    context.run.signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}
