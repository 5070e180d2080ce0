import { readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { TaskFailure } from '../failures/task-failure.js';

export interface TerraformVariable {
  readonly key: string;
  readonly value: string;
  /** The value is an expression in terraform's language; otherwise it is a string, which terraform converts. */
  readonly hcl: boolean;
}

/** Terraform reads these files by name, in order, the last one wins: "~" comes after every letter and digit. */
const PREFIX = '~berth_';
const STRINGS_FILE = `${PREFIX}variables.auto.tfvars.json`;
const IDENTIFIER = /^[\p{L}_][\p{L}\p{N}_-]*$/u;
/** Other users of the machine must not read sensitive values. */
const FILE_MODE = 0o600;

/**
 * Writes a workspace's variables for terraform into its working directory, in place of those written before.
 * Files rather than TF_VAR_…: those lose against a terraform.tfvars in the configuration, and terraform prints
 * their values when they differ from the plan's. Each expression has a file of its own, so that a broken one
 * breaks no other and its error names it.
 */
export async function writeVariables(dir: string, variables: readonly TerraformVariable[]): Promise<void> {
  for (const name of await readdir(dir)) {
    if (isVariablesFile(name)) {
      await rm(join(dir, name), { recursive: true });
    }
  }
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
  const strings = variables.filter(({ hcl }) => !hcl).map(({ key, value }) => [key, value] as const);
  if (strings.length > 0) {
    await write(join(dir, STRINGS_FILE), JSON.stringify(Object.fromEntries(strings), null, 2));
  }
  for (const { key, value } of variables.filter(({ hcl }) => hcl)) {
    if (value.trim() === '') {
      throw invalid(key, 'it is marked as HCL, and its value is empty; an empty string is written ""');
    }
    await write(join(dir, `${PREFIX}${key}.auto.tfvars`), `${key} = ${value.trim()}\n`);
  }
}

/** Whether a file's content is variables' values, as far as terraform names it in an error. */
export function isVariablesFile(filename: string): boolean {
  return basename(filename).startsWith(PREFIX) && /\.auto\.tfvars(\.json)?$/.test(filename);
}

/** "wx" follows no link that the configuration may have put there. */
async function write(path: string, content: string): Promise<void> {
  await writeFile(path, content, { flag: 'wx', mode: FILE_MODE });
}

function invalid(key: string, reason: string): TaskFailure {
  return TaskFailure.permanent(
    'VARIABLE_INVALID',
    `The variable ${JSON.stringify(key)} cannot be given to terraform: ${reason}.`,
  );
}
