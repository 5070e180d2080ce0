import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { StoredConfiguration, TaskAssignment } from '@berth/contracts';
import { unpackConfiguration } from '../../disk/unpack-configuration.js';
import { TaskFailure } from '../../failures/task-failure.js';
import type { Slot } from '../../slots/slot.js';
import {
  findLeftovers,
  findLocalState,
  removeLeftovers,
  type LocalState,
} from '../../terraform/laptop-leftovers.js';
import { requireRootModule } from '../../terraform/root-module.js';
import type { RunContext } from './run-context.js';

const UNPACK_LIMITS = { maxEntries: 50_000, maxUnpackedBytes: 500_000_000 };

/** The directory that terraform runs in. */
export function workingDirectory(slot: Slot, assignment: TaskAssignment): string {
  return join(slot.work, assignment.workspace.workingDirectory);
}

/** The step that fetches the configuration, as its user reads it. */
export function configurationTitle({ id, commit }: StoredConfiguration): string {
  return `Fetching configuration ${id}${commit === null ? '' : ` (commit ${commit.slice(0, 12)})`}`;
}

/** Fetches the configuration, checks it and unpacks it into the emptied slot. */
export async function fetchConfiguration(
  { run, slot, api, log }: RunContext,
  configuration: StoredConfiguration,
): Promise<void> {
  const archive = await api.configuration(run.taskId, run.attempt);
  const sha256 = createHash('sha256').update(archive).digest('hex');
  if (sha256 !== configuration.sha256) {
    throw TaskFailure.transient(
      'CONFIGURATION_CHECKSUM_MISMATCH',
      `The configuration arrived with SHA-256 ${sha256}, recorded is ${configuration.sha256}.`,
    );
  }
  const leftOut = await unpackConfiguration(Readable.from([archive]), slot.work, UNPACK_LIMITS, run.signal);
  if (leftOut.terraform.length > 0) {
    log.text.line(`left out of the configuration: ${leftOut.terraform.join(', ')} (init makes it anew)`);
  }
  if (leftOut.appleDoubles > 0) {
    log.text.line(`left out of the configuration: ${leftOut.appleDoubles} "._" files, which macOS adds`);
  }
}

/**
 * The root module is there, and nothing of a laptop's state in it: Berth keeps the state.
 * @throws TaskFailure, permanent, which says what to set or to do
 */
export async function prepareRoot(context: RunContext, engineVersion: string): Promise<void> {
  const { run, slot, log } = context;
  const { workspace, engine, operation } = run.assignment;
  await requireRootModule({
    tree: slot.work,
    workingDirectory: workspace.workingDirectory,
    engine: { name: engine, version: engineVersion },
    // Terraform, too, destroys without a configuration.
    mayBeEmpty: operation === 'destroy',
  });
  const directory = workingDirectory(slot, run.assignment);
  const leftovers = await findLeftovers(directory);
  if (leftovers.length === 0) {
    return;
  }
  if (run.phase === 'plan') {
    await requireNoOtherState(context, await findLocalState(directory));
  }
  await removeLeftovers(directory);
  log.text.line(`put aside: ${leftovers.join(', ')} (Berth keeps the state of this workspace)`);
}

/** To go on without it would create everything once more. */
async function requireNoOtherState({ run, api }: RunContext, local: LocalState | null): Promise<void> {
  const { workspace, stateToken } = run.assignment;
  if (local === null || (await api.hasState(workspace.id, stateToken))) {
    return;
  }
  const { path, resources } = local;
  const what = resources === null ? 'resources' : `${resources} resource${resources === 1 ? '' : 's'}`;
  throw TaskFailure.permanent(
    'LOCAL_STATE_WITH_RESOURCES',
    `The configuration brings a local state with ${what} along (${path}), and the workspace has no state: a run would create them all once more. Make it the workspace's state with POST /api/v1/workspaces/${workspace.name}/state-versions and that file as the body; or leave it out of the configuration where the workspace is to begin with nothing.`,
  );
}
