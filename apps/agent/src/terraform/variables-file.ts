import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { TaskFailure } from '../failures/task-failure.js';

export interface TerraformVariable {
  readonly key: string;
  readonly value: string;
  /** The value is an expression in terraform's language; otherwise it is a string, which terraform converts. */
  readonly hcl: boolean;
}

const PREFIX = 'berth-variable';
const STRINGS_FILE = `${PREFIX}s.tfvars.json`;
const IDENTIFIER = /^[\p{L}_][\p{L}\p{N}_-]*$/u;
/** Other users of the machine must not read sensitive values. */
const FILE_MODE = 0o600;

/**
 * Writes variables' values into files of a directory outside of the configuration, in place of those written before, and
 * gives their paths for `-var-file`. Those win over every file of the configuration, whatever its name is, and what a
 * configuration packs of its own folder holds none of them. Not TF_VAR_…: those lose against a terraform.tfvars. Each
 * expression has a file of its own, so that a broken one breaks no other and its error names it.
 * @throws TaskFailure for a name or a value that terraform cannot take
 */
export async function writeVariables(
  directory: string,
  variables: readonly TerraformVariable[],
): Promise<string[]> {
  for (const { key, value } of variables) {
    if (!IDENTIFIER.test(key)) {
      throw invalid(
        key,
        'its name must begin with a letter or "_" and hold only letters, digits, "_" and "-"',
      );
    }
    // File names end at 255 bytes.
    if (Buffer.byteLength(key) > 200) {
      throw invalid(key, 'its name is longer than 200 bytes');
    }
    if (value.includes('\0')) {
      throw invalid(key, 'its value holds a NUL character');
    }
  }
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { mode: 0o700 });
  const files = new Map<string, string>();
  const strings = variables.filter(({ hcl }) => !hcl).map(({ key, value }) => [key, value] as const);
  if (strings.length > 0) {
    files.set(STRINGS_FILE, JSON.stringify(Object.fromEntries(strings), null, 2));
  }
  for (const { key, value } of variables.filter(({ hcl }) => hcl)) {
    if (value.trim() === '') {
      throw invalid(key, 'it is marked as HCL, and its value is empty; an empty string is written ""');
    }
    files.set(`${PREFIX}-${key}.tfvars`, `${key} = ${value.trim()}\n`);
  }
  for (const [name, content] of files) {
    await writeFile(join(directory, name), content, { flag: 'wx', mode: FILE_MODE });
  }
  return [...files.keys()].map((name) => join(directory, name));
}

/** Whether a file's content is variables' values, as far as terraform names it in an error. */
export function isVariablesFile(filename: string): boolean {
  return basename(filename).startsWith(PREFIX) && /\.tfvars(\.json)?$/.test(filename);
}

function invalid(key: string, reason: string): TaskFailure {
  return TaskFailure.permanent(
    'VARIABLE_INVALID',
    `The variable ${JSON.stringify(key)} cannot be given to terraform: ${reason}.`,
  );
}
