import { execFileSync } from 'node:child_process';
import { closeSync, readFileSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is given for each setting, and what was wrong with how. */
export interface GivenSettings {
  readonly values: Readonly<Record<string, string>>;
  readonly faults: readonly string[];
}

/** Names a descriptor from which settings are read as one JSON object, once. */
const DESCRIPTOR = 'BERTH_SETTINGS_FD';
const FILE = '_FILE';
const COMMAND = '_COMMAND';
/** Of a command that asks a service elsewhere. */
const COMMAND_MS = 30_000;

/**
 * The settings of these names, each from one place: its variable, the file that `<NAME>_FILE` names, what the command of
 * `<NAME>_COMMAND` prints (a key that a KMS holds, say), or the descriptor of `BERTH_SETTINGS_FD`. What stands in a process's
 * environment stays readable there for as long as it runs (`/proc/<pid>/environ`), whatever the process does; a descriptor is
 * read and closed. Empty ones count as not set.
 */
export function givenSettings(names: readonly string[], env: Environment): GivenSettings {
  const faults: string[] = [];
  const told = fromDescriptor(env, faults);
  const values: Record<string, string> = {};
  for (const name of names) {
    const file = env[`${name}${FILE}`] ?? '';
    const command = env[`${name}${COMMAND}`] ?? '';
    const places = [
      env[name] ?? '',
      file === '' ? '' : contentOf(`${name}${FILE}`, file, faults),
      command === '' ? '' : printedBy(`${name}${COMMAND}`, command, faults),
      told[name] ?? '',
    ];
    const given = places.filter((value) => value !== '');
    if (given.length > 1) {
      faults.push(
        `${name} must be given in one place: as a variable, by ${name}${FILE}, by ${name}${COMMAND}, or by ${DESCRIPTOR}`,
      );
    }
    if (given[0] !== undefined) {
      values[name] = given[0];
    }
  }
  return { values, faults };
}

function contentOf(variable: string, file: string, faults: string[]): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code = 'it cannot be read' } = error as NodeJS.ErrnoException;
    faults.push(`${variable} must name a file that can be read (${code})`);
    return '';
  }
}

/** Run by a shell, once. What it says beside its output goes where the process's own errors go. */
function printedBy(variable: string, command: string, faults: string[]): string {
  try {
    const printed = execFileSync('/bin/sh', ['-c', command], {
      timeout: COMMAND_MS,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
    }).trim();
    if (printed === '') {
      faults.push(`${variable} must be a command that prints the value: it printed nothing`);
    }
    return printed;
  } catch (error) {
    const { code, status, signal } = error as {
      code?: string;
      status?: number | null;
      signal?: string | null;
    };
    const how =
      code === 'ETIMEDOUT'
        ? `took longer than ${COMMAND_MS / 1_000} s`
        : `ended with ${String(status ?? signal ?? code)}`;
    faults.push(`${variable} must be a command that prints the value: it ${how}`);
    return '';
  }
}

function fromDescriptor(env: Environment, faults: string[]): Readonly<Record<string, string | undefined>> {
  const said = env[DESCRIPTOR] ?? '';
  if (said === '') {
    return {};
  }
  try {
    const descriptor = Number(said);
    const content: unknown = JSON.parse(readFileSync(descriptor, 'utf8'));
    closeSync(descriptor);
    if (typeof content !== 'object' || content === null) {
      throw new TypeError('no object');
    }
    return Object.fromEntries(
      Object.entries(content).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    );
  } catch {
    // The error of a JSON that is none shows some of it.
    faults.push(`${DESCRIPTOR} must be the number of an open descriptor with a JSON object of texts in it`);
    return {};
  }
}
