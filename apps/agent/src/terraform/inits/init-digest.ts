import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { treeDigest } from '../../disk/tree-digest.js';
import type { Engine } from '../../engines/engine-releases.js';
import type { TerraformVariable } from '../variables-file.js';

export interface InitInputs {
  readonly engine: Engine;
  readonly binary: string;
  /** The configuration's tree, with backend and lock file in it and without `.terraform`. */
  readonly work: string;
  readonly workingDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whose state it is: init reads it for the providers that it names. */
  readonly workspaceId: string;
  readonly variables: readonly TerraformVariable[];
}

/** They differ from run to run, and init keeps none of them. */
const OF_ONE_RUN = /^(BERTH_TASK_.*|HOME|PWD|TMPDIR|TF_HTTP_(LOCK_|UNLOCK_)?ADDRESS)$/;

/**
 * SHA-256 of all that decides what an init leaves behind: two runs with the same digest would get the same
 * `.terraform`. Null where the configuration is not there.
 */
export async function initDigest(inputs: InitInputs): Promise<string | null> {
  const { engine, binary, work, workingDirectory, env } = inputs;
  const tree = await treeDigest(work, (path) => basename(path) === '.terraform');
  if (tree === null) {
    return null;
  }
  const { size, mtimeMs, ino } = await stat(binary);
  const kept = Object.entries(env).filter(([name]) => !OF_ONE_RUN.test(name));
  const parts = {
    format: 2,
    engine,
    binary: { path: binary, size, mtimeMs, ino },
    tree,
    workingDirectory,
    workspaceId: inputs.workspaceId,
    // Terraform's init reads no variables; OpenTofu takes them for backends and the sources of modules.
    variables: engine === 'opentofu' ? inputs.variables : [],
    env: kept.sort(([a], [b]) => (a < b ? -1 : 1)),
    cliConfig: await cliConfig(env['TF_CLI_CONFIG_FILE']),
  };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Mirrors and hosts are in it. */
async function cliConfig(path: string | undefined): Promise<string | null> {
  return path === undefined ? null : readFile(path, 'utf8').catch(() => null);
}
