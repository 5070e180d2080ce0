import { createHmac } from 'node:crypto';
import { basename } from 'node:path';
import type { TaskAssignment } from '@berth/contracts';
import { treeDigest } from '../../disk/tree-digest.js';
import type { Manifest } from '../../slots/manifest.js';
import { modulesDigest } from '../../terraform/fetched-modules.js';
import type { PlanInputs } from '../../terraform/plan-digest/plan-settings.js';
import { withoutHashes } from '../../terraform/providers/lock-file.js';
import { LOCK_FILE, type PlannedLock } from './lock-file.js';
import type { RunContext } from './run-context.js';
import { workingDirectory } from './slot-preparation.js';

/** What decides what an apply runs, beside what its plan says: two equal plans of other inputs are not the same. */
export async function readInputs(
  { run, slot }: Pick<RunContext, 'run' | 'slot'>,
  { engineVersion, lock }: { readonly engineVersion: string; readonly lock: PlannedLock },
): Promise<PlanInputs> {
  const { assignment } = run;
  return {
    workingDirectory: assignment.workspace.workingDirectory,
    workspace: assignment.workspace.name,
    engine: assignment.engine,
    engineVersion,
    ...givenIn(assignment),
    files: await treeDigest(slot.work, (path) => ['.terraform', LOCK_FILE].includes(basename(path))),
    modules: await modulesDigest(workingDirectory(slot, assignment)),
    // The hashes depend on where a provider was fetched from.
    providers: lock.lockFile === null ? null : withoutHashes(lock.lockFile),
  };
}

/** What a plan in a slot was made with, for the check whether its apply may begin there. */
export function basisOf(assignment: TaskAssignment, engineVersion: string): NonNullable<Manifest['basis']> {
  return {
    workingDirectory: assignment.workspace.workingDirectory,
    engine: `${assignment.engine} ${engineVersion}`,
    // Under the workspace's key: a short secret could be guessed from a plain hash.
    given: createHmac('sha256', assignment.digestKey ?? '')
      .update(JSON.stringify(givenIn(assignment)))
      .digest('hex'),
  };
}

function givenIn({ operation, targets, replace, refreshOnly, variables }: TaskAssignment) {
  return {
    options: { destroy: operation === 'destroy', targets, replace, refreshOnly },
    variables: variables.map(({ key, value, category, hcl }) => ({ key, value, category, hcl })).sort(byKey),
  };
}

function byKey(a: { key: string; category: string }, b: { key: string; category: string }): number {
  return `${a.category}/${a.key}` < `${b.category}/${b.key}` ? -1 : 1;
}
