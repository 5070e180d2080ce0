import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { PLAN_NOT_RESTORABLE, type PlanDigests } from '@berth/domain';
import { TaskFailure } from '../../failures/task-failure.js';
import { restoreSnapshot, snapshotSince, type TreeListing } from '../../slots/work-snapshot.js';
import { MODULES, modulesDigest } from '../../terraform/fetched-modules.js';
import { cutPlanView } from '../../terraform/plan-cut.js';
import type { SummarizedPlan } from '../../terraform/plan-summary.js';
import type { PlannedLock } from './lock-file.js';
import type { RunContext, TaskRun } from './run-context.js';
import { workingDirectory } from './slot-preparation.js';

const MAX_SNAPSHOT_BYTES = 50_000_000;

export interface MadePlan {
  readonly summary: SummarizedPlan;
  /** Null where none could be made: the plan is identical to no other. */
  readonly digests: PlanDigests | null;
  /** The work directory before planning. */
  readonly before: TreeListing;
  readonly lock: PlannedLock;
}

/** Hands the plan to the api, with all that an apply in another slot needs. Gives the plan file's SHA-256 in hex. */
export async function storePlan(context: RunContext, plan: MadePlan): Promise<string> {
  const { summary, digests, before, lock } = plan;
  const { run, slot, api } = context;
  const { taskId, attempt } = run;
  const content = await readFile(slot.planFile);
  const planHash = createHash('sha256').update(content).digest('hex');
  await api.storePlanFile(taskId, attempt, content, planHash);
  const modules = await modulesDigest(workingDirectory(slot, run.assignment));
  const notRestorable = await storeSnapshot(context, before, modules !== null);
  await api.describePlan(taskId, {
    attempt,
    document: cutPlanView(summary.content),
    // An api of an older build knows no parts, and wants one digest: the plan file's, which no other plan has.
    ...(digests === null ? { digest: planHash } : { digests }),
    lockFile: lock.lockFile,
    lockWithoutHashes: lock.withoutHashes,
    modulesDigest: modules,
    notRestorable,
  });
  return planHash;
}

/**
 * An apply in another slot needs what planning has made (an archive of a function's code, a rendered file) and the modules
 * that it was made with: a git branch may have moved on by then. Gives why it would lack them, null where it would not.
 */
async function storeSnapshot(
  { run, slot, api, log }: RunContext,
  before: TreeListing,
  hasModules: boolean,
): Promise<string | null> {
  const modules = hasModules ? [posix.join(run.assignment.workspace.workingDirectory, MODULES)] : [];
  const snapshot = await snapshotSince(slot.work, before, modules);
  if (snapshot === null) {
    return null;
  }
  const bytes = 'bytes' in snapshot ? snapshot.bytes : snapshot.content.length;
  const size = `${snapshot.files} files, ${(bytes / 1_000_000).toFixed(1)} MB`;
  if ('bytes' in snapshot || bytes > MAX_SNAPSHOT_BYTES) {
    const why = `what it made and fetched in its work directory is too much to keep (${size})`;
    log.text.line(
      `This plan can be applied in its own slot alone: ${why}. Should that be lost, Berth plans again.`,
    );
    return why;
  }
  await api.storeSnapshot(run.taskId, run.attempt, snapshot.content, snapshot.sha256);
  const what = hasModules
    ? 'what the plan made in its work directory, and its modules'
    : 'what the plan made in its work directory';
  log.text.line(`Kept ${what}, for an apply in another slot: ${size}.`);
  return null;
}

/** A plan that is not the recorded one is never applied. @throws TaskFailure */
export async function restorePlan({ run, slot, api }: RunContext): Promise<void> {
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

/**
 * The files that planning had made, and the modules that it was made with, lie where terraform looks for them again.
 * @throws TaskFailure, which sends the task back to planning where they cannot be had
 */
export async function restoreWorkDirectory({ run, slot, api }: RunContext): Promise<void> {
  const { plan } = run.assignment;
  const recorded = plan?.snapshotHash ?? null;
  if (plan === null || plan.notRestorable !== null) {
    throw notRestorable(run, plan?.notRestorable ?? 'there is no plan');
  }
  if (recorded !== null) {
    const content = await api.snapshot(run.taskId, run.attempt);
    const hash = createHash('sha256').update(content).digest('hex');
    if (hash !== recorded) {
      throw TaskFailure.permanent(
        'SNAPSHOT_HASH_MISMATCH',
        `What the plan made in its work directory arrived with SHA-256 ${hash}, recorded is ${recorded}: it is not applied. Plan again.`,
      );
    }
    const places = { root: slot.work, scratch: join(slot.tmp, 'snapshot') };
    await restoreSnapshot(content, places, run.signal).catch((error: unknown) => {
      // A module with a link out of itself, say: here it cannot be had as it was there.
      throw error instanceof TaskFailure && error.code === 'CONFIGURATION_REFUSED'
        ? notRestorable(run, error.message)
        : error;
    });
  }
  const modules = await modulesDigest(workingDirectory(slot, run.assignment));
  if (modules !== plan.modulesDigest) {
    throw notRestorable(
      run,
      `its modules have SHA-256 ${modules ?? 'nothing'}, recorded is ${plan.modulesDigest ?? 'nothing'}`,
    );
  }
}

/** What was confirmed cannot be had: nothing else is applied in its place. */
function notRestorable({ assignment }: TaskRun, why: string): TaskFailure {
  const what = `The plan cannot be applied outside of its slot: ${why}.`;
  // A task that applies another one's plan has none of its own to make again.
  return assignment.operation === 'apply'
    ? TaskFailure.permanent('PLAN_SLOT_LOST', `${what} Plan again, and apply that plan.`)
    : TaskFailure.permanent(PLAN_NOT_RESTORABLE, what);
}
