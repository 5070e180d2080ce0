import type { MessageOf } from '@berth/contracts';
import { describeChanges } from '@berth/domain';
import { treeDigest } from '../../disk/tree-digest.js';
import { sealed, writeManifest } from '../../slots/manifest.js';
import { listTree } from '../../slots/work-snapshot.js';
import { storedConfiguration } from './fetch-source.js';
import { InitStep } from './init-step.js';
import { lockForPlan, useKeptLockFile } from './lock-file.js';
import { readInputs } from './plan-inputs.js';
import { digestsOfPlan } from './plan-digests.js';
import { makePlan } from './plan-process.js';
import type { RunContext } from './run-context.js';
import { showPlan } from './shown-plan.js';
import { configurationTitle, fetchConfiguration, prepareRoot } from './slot-preparation.js';
import { SlotTerraform, variablesOf } from './slot-terraform.js';
import { storePlan } from './stored-plan.js';

type PlanResult = Pick<MessageOf<'task.plan_finished'>, 'planHash' | 'hasChanges' | 'changes'>;

/**
 * Plans in a fresh work directory and keeps it, with the plan file in it, for the apply.
 * @throws TaskFailure, ApiError, or the reason of the run's signal
 */
export async function planInSlot(context: RunContext): Promise<PlanResult> {
  const { run, slot, log, identity } = context;
  const { assignment, signal } = run;
  await log.step('prepare', `Preparing slot ${slot.slotId} on ${identity.agentId}`, async () => {
    await slot.empty();
    await writeManifest(slot.directory, context.manifest('working'));
  });
  const engine = await log.step('engine', `Finding ${engineWish(context)}`, async () =>
    context.engines.resolve({ engine: assignment.engine, version: assignment.engineVersion, signal }),
  );
  log.note({ engineVersion: engine.version });
  log.text.line(
    `${assignment.engine} ${engine.version} (${engine.source === 'path' ? 'on PATH' : 'installed by Berth'})`,
  );
  const configuration = await storedConfiguration(context);
  await log.step('configuration', configurationTitle(configuration), async () => {
    await fetchConfiguration(context, configuration);
    await prepareRoot(context, engine.version);
  });
  const terraform = await SlotTerraform.inSlot(context, engine);
  await terraform.giveVariables(variablesOf(assignment));
  const init = new InitStep(context, terraform, {
    keptLockFile: await useKeptLockFile(context),
    mayReuse: true,
    reason: 'nothing like it was initialised on this agent before',
    code: 'FIRST_INIT',
  });
  await init.run();
  const made = await init.around(async () => {
    const lock = await lockForPlan(context, terraform);
    const before = await listTree(slot.work);
    const inputs = await readInputs(context, { engineVersion: engine.version, lock });
    const { hasChanges } = await log.step('plan', `${assignment.engine} plan`, async () =>
      makePlan(context, terraform),
    );
    return { lock, before, inputs, hasChanges };
  });
  const read = await log.step('show', 'Reading the plan', async () => showPlan(context, terraform));
  const digests = await digestsOfPlan(context, read.json, made.inputs);
  const planHash = await log.step('store_plan', 'Storing the plan', async () =>
    storePlan(context, { ...made, summary: read.summary, digests }),
  );
  const holds = { planHash, engine, treeDigest: (await treeDigest(slot.work)) ?? '' };
  await writeManifest(slot.directory, sealed(context.manifest('planned', holds), assignment.digestKey));
  const { content, applyable } = read.summary;
  log.text.line(`\nPlan: ${describeChanges(content.summary)} (SHA-256 ${planHash}).`);
  return { planHash, hasChanges: applyable ?? made.hasChanges, changes: content.summary };
}

function engineWish({ run }: RunContext): string {
  const { engine, engineVersion } = run.assignment;
  return engineVersion === null ? `${engine}, any version` : `${engine} ${engineVersion}`;
}
