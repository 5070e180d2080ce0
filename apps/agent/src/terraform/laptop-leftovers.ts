import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What terraform leaves in a root module's directory on a laptop; Berth keeps the state elsewhere. */
const NAMES = [
  'terraform.tfstate',
  'terraform.tfstate.backup',
  'terraform.tfstate.d',
  '.terraform.tfstate.lock.info',
  'errored.tfstate',
];
/** A larger one is a state of thousands of resources: it holds some. */
const MAX_READ_BYTES = 256 * 1024 * 1024;

/** A local state that came along and holds resources. */
export interface LocalState {
  /** Below the root module's directory. */
  readonly path: string;
  /** Null where the file is too large to be read, or of a format without a plain list. */
  readonly resources: number | null;
}

/** Those that lie in a root module's directory, by name. */
export async function findLeftovers(directory: string): Promise<string[]> {
  const there = await readdir(directory);
  return NAMES.filter((name) => there.includes(name));
}

/** The first local state that holds resources: that of the default workspace, or else of one below terraform.tfstate.d. */
export async function findLocalState(directory: string): Promise<LocalState | null> {
  const below = await readdir(join(directory, 'terraform.tfstate.d')).catch(() => []);
  const paths = [
    'terraform.tfstate',
    ...below.map((name) => `terraform.tfstate.d/${name}/terraform.tfstate`),
  ];
  for (const path of paths) {
    const resources = await resourcesIn(join(directory, path));
    if (resources !== 0) {
      return { path, resources };
    }
  }
  return null;
}

/** With one of them in its place, terraform asks whether to copy the state, and cannot be answered. */
export async function removeLeftovers(directory: string): Promise<void> {
  for (const name of NAMES) {
    await rm(join(directory, name), { recursive: true, force: true });
  }
}

/** 0 where there is no state or an empty one. */
async function resourcesIn(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true) {
    return 0;
  }
  if (found.size > MAX_READ_BYTES) {
    return null;
  }
  try {
    const state = JSON.parse(await readFile(path, 'utf8')) as { resources?: unknown; modules?: unknown };
    if (Array.isArray(state.resources)) {
      // What is only read is nothing to lose.
      return state.resources.filter((one: { mode?: unknown } | null) => one?.mode !== 'data').length;
    }
    // Up to terraform 0.11: resources by module.
    return Array.isArray(state.modules) && state.modules.length > 0 ? null : 0;
  } catch {
    return 0;
  }
}
