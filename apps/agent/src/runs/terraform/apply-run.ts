import type { MessageOf, TaskAssignment, TaskVariable } from '@berth/contracts';
import { TaskFailure } from '../../failures/task-failure.js';
import { keepValues } from '../../slots/kept-values.js';
import { markSlot, writeManifest } from '../../slots/manifest.js';
import { appliedChanges } from '../../terraform/applied-changes.js';
import { InitStep } from './init-step.js';
import { lockForApply, restoreLockFile } from './lock-file.js';
import type { RunContext } from './run-context.js';
import { applySavedPlan } from './saved-plan-apply.js';
import { configurationTitle, fetchConfiguration, prepareRoot } from './slot-preparation.js';
import { SlotTerraform, variablesOf } from './slot-terraform.js';
import { restorePlan, restoreWorkDirectory } from './stored-plan.js';
import { chooseWarmOrCold, type WarmOrCold } from './warm-or-cold.js';

type ApplyResult = Pick<MessageOf<'task.finished'>, 'changes'>;

/**
 * Applies the saved plan: at once where the slot still holds it, otherwise after init and with the stored plan.
 * @throws TaskFailure, ApiError, or the reason of the run's signal
 */
export async function applyInSlot(context: RunContext): Promise<ApplyResult> {
  const { run, slot, log } = context;
  const chosen = await chooseWarmOrCold(context);
  const { engine } = chosen;
  // From here on the work directory is not what the plan left, should the agent die.
  const marked = engine === null ? null : markSlot(slot.directory, context.manifest('working'));
  try {
    const terraform =
      chosen.engine === null
        ? await prepareCold(context, chosen)
        : await takeWarmSlot(context, chosen.engine);
    await Promise.all([
      terraform.giveVariables(variablesBesidePlan(run.assignment, terraform.version)),
      // For the process of the agent that goes on with the apply, should this one die.
      keepValues(slot.directory, run.secrets, context.env.BERTH_AGENT_TOKEN),
    ]);
    const result = await log.quietStep('apply', `${run.assignment.engine} apply`, async () =>
      applySavedPlan(context, terraform, async () => {
        await Promise.all([marked?.seen, context.begins()]);
      }),
    );
    return { changes: appliedChanges(result) };
  } finally {
    // Whoever empties the slot now must not meet it half written.
    await marked?.over;
  }
}

async function takeWarmSlot(
  context: RunContext,
  engine: NonNullable<WarmOrCold['engine']>,
): Promise<SlotTerraform> {
  const { log } = context;
  log.text.line('plan hash verified, skipping init and plan restore');
  log.note({
    engineVersion: engine.version,
    init: { skipped: true, reason: 'same slot, plan hash verified', seconds: 0 },
    planRestore: { skipped: true, seconds: 0 },
  });
  return SlotTerraform.inSlot(context, engine);
}

async function prepareCold(
  context: RunContext,
  { summary: why, code }: Extract<WarmOrCold, { engine: null }>,
): Promise<SlotTerraform> {
  const { run, slot, log, engines } = context;
  const { engine: name, engineVersion, configuration, plan } = run.assignment;
  if (configuration === null) {
    throw TaskFailure.permanent('NO_CONFIGURATION', 'The apply came without the configuration of its plan.');
  }
  log.text.line(`cold apply: ${why}; init and plan restore follow`);
  await log.step('prepare', `Preparing slot ${slot.slotId}`, async () => {
    await slot.empty();
    await writeManifest(slot.directory, context.manifest('working'));
  });
  const engine = await log.step('engine', `Finding ${name}`, async () =>
    engines.resolve({ engine: name, version: plan?.engineVersion ?? engineVersion, signal: run.signal }),
  );
  log.note({ engineVersion: engine.version });
  await log.step('configuration', configurationTitle(configuration), async () => {
    await fetchConfiguration(context, configuration);
    await prepareRoot(context, engine.version);
    await restoreLockFile(context);
  });
  // Before init: the modules are those of the plan, and not what their sources give by now.
  await log.step('restore_plan', 'Restoring the plan', async () => {
    await restorePlan(context);
    await restoreWorkDirectory(context);
  });
  log.note({ planRestore: { skipped: false, seconds: log.secondsOf('restore_plan') } });
  const terraform = await SlotTerraform.inSlot(context, engine);
  await terraform.giveVariables(variablesOf(run.assignment));
  const init = new InitStep(context, terraform, {
    keptLockFile: false,
    mayReuse: false,
    modulesRestored: plan?.modulesDigest !== null,
    reason: why,
    code,
  });
  await init.run();
  await lockForApply(context);
  return terraform;
}

/**
 * Ephemeral variables are in no plan, and the apply needs those that planning had. Which they are, a plan does not say;
 * engines that know them take the others beside a plan as well where their values are those of the plan, and they are.
 * Older ones take none (terraform 1.11.4, tried with all types).
 */
function variablesBesidePlan(assignment: TaskAssignment, version: string): TaskVariable[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const since = assignment.engine === 'terraform' ? 10 : 11;
  return major > 1 || minor >= since ? variablesOf(assignment) : [];
}
