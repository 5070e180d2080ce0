import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { MessageOf } from '@berth/contracts';
import { treeDigest } from '../../disk/tree-digest.js';
import { TaskFailure } from '../../failures/task-failure.js';
import { writeManifest } from '../../slots/manifest.js';
import { listTree, snapshotSince, type TreeListing } from '../../slots/work-snapshot.js';
import { summarizePlan, type SummarizedPlan } from '../../terraform/plan-summary.js';
import { readTerraformOutput } from '../../terraform/terraform-output.js';
import { storedConfiguration } from './fetch-source.js';
import { InitStep } from './init-step.js';
import type { RunContext } from './run-context.js';
import {
  completeConfiguration,
  configurationTitle,
  fetchConfiguration,
  useKeptLockFile,
} from './slot-preparation.js';
import { TerraformSteps } from './terraform-steps.js';
import { lockForPlan, type PlannedLock } from './trusted-lock.js';

type PlanResult = Pick<MessageOf<'task.plan_finished'>, 'planHash' | 'hasChanges' | 'changes'>;

/** A plan's JSON of 5,000 resources has 5 MB. */
const MAX_SHOWN_BYTES = 512 * 1024 * 1024;
const MAX_SNAPSHOT_BYTES = 50_000_000;

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
    await completeConfiguration(slot, assignment, engine.version);
  });
  const terraform = await TerraformSteps.inSlot(context, engine.path);
  const init = new InitStep(context, terraform, {
    keptLockFile: await useKeptLockFile(slot, assignment),
    mayReuse: true,
    reason: 'nothing like it was initialised on this agent before',
  });
  await init.run();
  const { lock, before } = await init.around(async () => {
    const made = { lock: await lockForPlan(context, terraform), before: await listTree(slot.work) };
    await log.step('plan', `${assignment.engine} plan`, async () => terraform.plan());
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
async function showPlan({ run, slot }: RunContext, terraform: TerraformSteps): Promise<SummarizedPlan> {
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

interface MadePlan {
  readonly summary: SummarizedPlan;
  /** The work directory before planning. */
  readonly before: TreeListing;
  readonly lock: PlannedLock;
}

async function storePlan(context: RunContext, { summary, before, lock }: MadePlan): Promise<string> {
  const { run, slot, api } = context;
  const { taskId, attempt } = run;
  const content = await readFile(slot.planFile);
  const planHash = createHash('sha256').update(content).digest('hex');
  await api.storePlanFile(taskId, attempt, content, planHash);
  await storeSnapshot(context, before);
  await api.describePlan(taskId, {
    attempt,
    document: summary.content,
    digest: digestOf(summary),
    lockFile: lock.lockFile,
    lockWithoutHashes: lock.withoutHashes,
  });
  return planHash;
}

/** An apply in another slot needs what planning has made: an archive of a function's code, a rendered file. */
async function storeSnapshot({ run, slot, api, log }: RunContext, before: TreeListing): Promise<void> {
  const snapshot = await snapshotSince(slot.work, before);
  if (snapshot === null) {
    return;
  }
  const { content, sha256, files } = snapshot;
  const size = `${files} files, ${(content.length / 1_000_000).toFixed(1)} MB`;
  if (content.length > MAX_SNAPSHOT_BYTES) {
    log.text.line(
      `The plan made files in its work directory (${size}), too many to keep: an apply in another slot would lack them.`,
    );
    return;
  }
  await api.storeSnapshot(run.taskId, run.attempt, content, sha256);
  log.text.line(`Kept what the plan made in its work directory, for an apply in another slot: ${size}.`);
}

/** Equal for two plans that would do the same; terraform's own files differ by their time alone. */
function digestOf({ content }: SummarizedPlan): string {
  const { resources, outputs } = content;
  return createHash('sha256').update(JSON.stringify({ resources, outputs })).digest('hex');
}
