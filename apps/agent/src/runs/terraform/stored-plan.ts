import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskFailure } from '../../failures/task-failure.js';
import { restoreSnapshot, snapshotSince, type TreeListing } from '../../slots/work-snapshot.js';
import type { SummarizedPlan } from '../../terraform/plan-summary.js';
import type { PlannedLock } from './lock-file.js';
import type { RunContext } from './run-context.js';

const MAX_SNAPSHOT_BYTES = 50_000_000;

export interface MadePlan {
  readonly summary: SummarizedPlan;
  /** The work directory before planning. */
  readonly before: TreeListing;
  readonly lock: PlannedLock;
}

/** Hands the plan to the api, with all that an apply in another slot needs. Gives the plan file's SHA-256 in hex. */
export async function storePlan(context: RunContext, { summary, before, lock }: MadePlan): Promise<string> {
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
    ephemeralVariables: [...summary.ephemeralVariables],
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

/** The files that planning had made lie where terraform looks for them again. @throws TaskFailure */
export async function restoreWorkDirectory({ run, slot, api }: RunContext): Promise<void> {
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
