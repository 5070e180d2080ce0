import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { StoredConfiguration, TaskAssignment } from '@berth/contracts';
import { unpackConfiguration } from '../../disk/unpack-configuration.js';
import { TaskFailure } from '../../failures/task-failure.js';
import type { Slot } from '../../slots/slot.js';
import { writeBackendOverride } from '../../terraform/backend-override.js';
import { requireRootModule } from '../../terraform/root-module.js';
import { writeVariables } from '../../terraform/variables-file.js';
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
  { run, slot, api }: RunContext,
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
  await unpackConfiguration(Readable.from([archive]), slot.work, UNPACK_LIMITS, run.signal);
}

/** Makes the configuration Berth's: its variables and its state backend. @throws TaskFailure */
export async function completeConfiguration(
  slot: Slot,
  assignment: TaskAssignment,
  engineVersion: string,
): Promise<void> {
  await requireRootModule({
    tree: slot.work,
    workingDirectory: assignment.workspace.workingDirectory,
    engine: { name: assignment.engine, version: engineVersion },
    // Terraform, too, destroys without a configuration.
    mayBeEmpty: assignment.operation === 'destroy',
  });
  const directory = workingDirectory(slot, assignment);
  await writeVariables(
    directory,
    assignment.variables.filter((variable) => variable.category === 'terraform'),
  );
  await writeBackendOverride(directory);
}
