import type { MessageOf } from '@berth/contracts';
import { treeDigest } from '../../disk/tree-digest.js';
import { TaskFailure } from '../../failures/task-failure.js';
import { writeManifest } from '../../slots/manifest.js';
import { listTree } from '../../slots/work-snapshot.js';
import { summarizePlan, type SummarizedPlan } from '../../terraform/plan-summary.js';
import { readTerraformOutput } from '../../terraform/terraform-output.js';
import { storedConfiguration } from './fetch-source.js';
import { InitStep } from './init-step.js';
import { lockForPlan, useKeptLockFile } from './lock-file.js';
import { makePlan } from './plan-process.js';
import type { RunContext } from './run-context.js';
import { configurationTitle, fetchConfiguration, prepareRoot } from './slot-preparation.js';
import { SlotTerraform, variablesOf } from './slot-terraform.js';
import { storePlan } from './stored-plan.js';

type PlanResult = Pick<MessageOf<'task.plan_finished'>, 'planHash' | 'hasChanges' | 'changes'>;

/** A plan's JSON of 5,000 resources has 5 MB. */
const MAX_SHOWN_BYTES = 512 * 1024 * 1024;

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
  const terraform = await SlotTerraform.inSlot(context, engine.path);
  await terraform.giveVariables(variablesOf(assignment));
  const init = new InitStep(context, terraform, {
    keptLockFile: await useKeptLockFile(context),
    mayReuse: true,
    reason: 'nothing like it was initialised on this agent before',
  });
  await init.run();
  const { lock, before } = await init.around(async () => {
    const made = { lock: await lockForPlan(context, terraform), before: await listTree(slot.work) };
    await log.step('plan', `${assignment.engine} plan`, async () => makePlan(context, terraform));
    return made;
  });
  const summary = await log.step('show', 'Reading the plan', async () => showPlan(context, terraform));
  const planHash = await log.step('store_plan', 'Storing the plan', async () =>
    storePlan(context, { summary, before, lock }),
  );
  const holds = { planHash, engine, treeDigest: (await treeDigest(slot.work)) ?? '' };
  await writeManifest(slot.directory, context.manifest('planned', holds));
  const { add, change, destroy } = summary.content.summary;
  log.text.line(`\nPlan: ${add} to add, ${change} to change, ${destroy} to destroy (SHA-256 ${planHash}).`);
  return { planHash, hasChanges: summary.hasChanges, changes: { add, change, destroy } };
}

function engineWish({ run }: RunContext): string {
  const { engine, engineVersion } = run.assignment;
  return engineVersion === null ? `${engine}, any version` : `${engine} ${engineVersion}`;
}

/** The plan in terraform's own words goes to the log, its JSON is read for the summary. */
async function showPlan({ run, slot }: RunContext, terraform: SlotTerraform): Promise<SummarizedPlan> {
  const [shown, json] = await Promise.all([
    readTerraformOutput({ ...terraform.base, args: ['show', '-no-color', slot.planFile] }, MAX_SHOWN_BYTES),
    readTerraformOutput({ ...terraform.base, args: ['show', '-json', slot.planFile] }, MAX_SHOWN_BYTES),
  ]);
  if (json.exitCode !== 0) {
    throw TaskFailure.transient(
      'TERRAFORM_SHOW_FAILED',
      `terraform show ended with ${String(json.exitCode)}: ${json.stderrTail}`,
    );
  }
  terraform.base.onText(shown.stdout);
  return summarizePlan(json.stdout, { refreshOnly: run.assignment.refreshOnly });
}
