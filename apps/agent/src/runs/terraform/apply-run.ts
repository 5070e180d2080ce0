import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MessageOf } from '@berth/contracts';
import { decideWarmApply, type WarmDecision } from '@berth/domain';
import { TaskFailure } from '../../failures/task-failure.js';
import { markSlot, writeManifest } from '../../slots/manifest.js';
import type { WarmFacts } from '../../slots/warm-facts.js';
import { restoreSnapshot } from '../../slots/work-snapshot.js';
import type { TerraformResult } from '../../terraform/terraform-process.js';
import { InitStep } from './init-step.js';
import type { RunContext } from './run-context.js';
import { completeConfiguration, configurationTitle, fetchConfiguration } from './slot-preparation.js';
import { TerraformSteps } from './terraform-steps.js';
import { lockForApply } from './trusted-lock.js';

type ApplyResult = Pick<MessageOf<'task.finished'>, 'changes'>;

/**
 * Applies the saved plan: at once where the slot still holds it, otherwise after init and with the stored plan.
 * @throws TaskFailure, ApiError, or the reason of the run's signal
 */
export async function applyInSlot(context: RunContext): Promise<ApplyResult> {
  const { slot, log } = context;
  const facts = await context.warmFacts();
  const decision = await decide(context, facts);
  for (const reason of decision.reasons) {
    log.text.line(reason);
  }
  const engine = facts.manifest?.engine ?? null;
  const isWarm = decision.warm && engine !== null;
  // From here on the work directory is not what the plan left, should the agent die.
  const marked = isWarm ? markSlot(slot.directory, context.manifest('working')) : null;
  try {
    const terraform = isWarm ? await takeWarmSlot(context, engine) : await prepareCold(context, decision);
    const title = `${context.run.assignment.engine} apply`;
    const result = await log.quietStep('apply', title, async () =>
      terraform.apply((startedAt) => {
        log.note({ processStartedAt: startedAt.toISOString() });
        log.announce('apply', title);
      }, marked?.seen),
    );
    return { changes: changesOf(result) };
  } finally {
    // Whoever empties the slot now must not meet it half written.
    await marked?.over;
  }
}

/** Every check is in the log with what was recorded and what was found. */
async function decide(
  context: RunContext,
  { manifest, planFileHash, tree, engineIsThere }: WarmFacts,
): Promise<WarmDecision> {
  const { run, slot, identity } = context;
  const { plan } = run.assignment;
  if (plan === null) {
    throw TaskFailure.permanent('NO_PLAN', 'The apply came without the plan that it is of.');
  }
  if (plan.taskId !== run.taskId) {
    const summary = `the plan is of task ${plan.taskId}, which kept no slot`;
    return { warm: false, reasons: [], summary };
  }
  const decision = decideWarmApply(run.taskId, plan, {
    agentId: identity.agentId,
    podName: identity.podName,
    slotId: slot.slotId,
    manifestTaskId: manifest?.state === 'planned' ? manifest.taskId : null,
    planFileHash,
    recordedTree: manifest?.treeDigest ?? null,
    tree,
  });
  const engine = manifest?.engine ?? null;
  if (!decision.warm) {
    return decision;
  }
  const { reasons } = decision;
  if (engine === null || !engineIsThere) {
    const reason = 'same engine … no (its binary is gone)';
    return { warm: false, reasons: [...reasons, reason], summary: 'the engine is gone' };
  }
  const change = plan.lockWithoutHashes ? await changeOfProviders(context, engine.path) : null;
  return change === null
    ? decision
    : {
        warm: false,
        reasons: [...reasons, `same providers … no (${change})`],
        summary: 'a provider is not as init left it',
      };
}

/** Terraform does not compare them with the lock file again, so the store does. Null where all are as they came in. */
async function changeOfProviders(context: RunContext, binary: string): Promise<string | null> {
  const { providers } = await TerraformSteps.inSlot(context, binary);
  try {
    await providers.checkIntact();
    return null;
  } catch (error) {
    context.run.signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

async function takeWarmSlot(
  context: RunContext,
  engine: { readonly path: string; readonly version: string },
): Promise<TerraformSteps> {
  const { log } = context;
  const reason = 'same slot, plan hash verified';
  log.text.line('plan hash verified, skipping init and plan restore');
  log.note({
    engineVersion: engine.version,
    init: { skipped: true, reason, seconds: 0 },
    planRestore: { skipped: true, seconds: 0 },
  });
  return TerraformSteps.inSlot(context, engine.path);
}

async function prepareCold(context: RunContext, decision: WarmDecision): Promise<TerraformSteps> {
  const { run, slot, log } = context;
  const { assignment, signal } = run;
  const { configuration } = assignment;
  if (configuration === null) {
    throw TaskFailure.permanent('NO_CONFIGURATION', 'The apply came without the configuration of its plan.');
  }
  log.text.line(`cold apply: ${decision.summary}; init and plan restore follow`);
  await log.step('prepare', `Preparing slot ${slot.slotId}`, async () => {
    await slot.empty();
    await writeManifest(slot.directory, context.manifest('working'));
  });
  const engine = await log.step('engine', `Finding ${assignment.engine}`, async () =>
    context.engines.resolve({
      engine: assignment.engine,
      version: assignment.plan?.engineVersion ?? assignment.engineVersion,
      signal,
    }),
  );
  log.note({ engineVersion: engine.version });
  await log.step('configuration', configurationTitle(configuration), async () => {
    await fetchConfiguration(context, configuration);
    await completeConfiguration(slot, assignment, engine.version);
  });
  const terraform = await TerraformSteps.inSlot(context, engine.path);
  const init = new InitStep(context, terraform, {
    keptLockFile: false,
    mayReuse: false,
    reason: decision.summary,
  });
  await init.run();
  await lockForApply(context);
  await log.step('restore_plan', 'Restoring the plan', async () => {
    await restorePlan(context);
    await restoreWorkDirectory(context);
  });
  log.note({ planRestore: { skipped: false, seconds: log.secondsOf('restore_plan') } });
  return terraform;
}

/** A plan that is not the recorded one is never applied. */
async function restorePlan({ run, slot, api }: RunContext): Promise<void> {
  const content = await api.planFile(run.taskId, run.attempt);
  const hash = createHash('sha256').update(content).digest('hex');
  const recorded = run.assignment.plan?.planHash ?? null;
  if (hash !== recorded) {
    throw TaskFailure.permanent(
      'PLAN_HASH_MISMATCH',
      `The stored plan has SHA-256 ${hash}, recorded is ${recorded ?? 'nothing'}: it is not applied. Plan again.`,
    );
  }
  await writeFile(slot.planFile, content, { mode: 0o600 });
}

/** The files that planning had made lie where terraform looks for them again. */
async function restoreWorkDirectory({ run, slot, api }: RunContext): Promise<void> {
  const recorded = run.assignment.plan?.snapshotHash ?? null;
  if (recorded === null) {
    return;
  }
  const content = await api.snapshot(run.taskId, run.attempt);
  const hash = createHash('sha256').update(content).digest('hex');
  if (hash !== recorded) {
    throw TaskFailure.permanent(
      'SNAPSHOT_HASH_MISMATCH',
      `What the plan made in its work directory arrived with SHA-256 ${hash}, recorded is ${recorded}: it is not applied. Plan again.`,
    );
  }
  await restoreSnapshot(content, { root: slot.work, scratch: join(slot.tmp, 'snapshot') }, run.signal);
}

function changesOf(result: TerraformResult): ApplyResult['changes'] {
  return result.changes === null
    ? null
    : { add: result.changes.add, change: result.changes.change, destroy: result.changes.remove };
}
