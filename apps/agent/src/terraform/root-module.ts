import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '@berth/contracts';
import { TaskFailure } from '../failures/task-failure.js';

export interface RootModule {
  /** The configuration as it was unpacked, with nothing of Berth's in it yet. */
  readonly tree: string;
  /** Below the tree; empty for its top. */
  readonly workingDirectory: string;
  readonly engine: { readonly name: Engine; readonly version: string };
  /** The directory has to be there all the same. */
  readonly mayBeEmpty: boolean;
}

/** Terraform reads no other; a block in an override file needs one that it overrides. */
const OVERRIDE = /(^|_)override\.(tf|tofu)(\.json)?$/;
/** Hidden files and editors' copies: terraform passes over them. */
const IGNORED = /^\.|~$|^#.*#$/;
/** A hint is wanted, not a search. */
const MAX_DEPTH = 4;
const MAX_DIRECTORIES = 500;
const SHOWN = 5;

/**
 * Terraform refuses to plan in a directory without configuration files, because such a plan destroys everything that
 * the state holds. Berth's own override would count as one and switch that off, so the directory is looked at before.
 * @throws TaskFailure, permanent, which says what lies there and where the configuration seems to be
 */
export async function requireRootModule(root: RootModule): Promise<void> {
  const entries = await entriesOf(join(root.tree, root.workingDirectory));
  if (entries === null) {
    const what = `The configuration has no directory "${root.workingDirectory}", which the workspace names as its working directory.`;
    throw TaskFailure.permanent('WORKING_DIRECTORY_MISSING', [what, await hint(root)].join(' ').trim());
  }
  if (root.mayBeEmpty || entries.some((entry) => isConfiguration(entry, readBy(root.engine)))) {
    return;
  }
  const place = root.workingDirectory === '' ? 'The top of the configuration' : `"${root.workingDirectory}"`;
  const what = `${place} has no file that ${root.engine.name} reads (${readBy(root.engine)
    .map((ending) => `*${ending}`)
    .join(', ')}), and a plan of nothing would destroy everything that the workspace has. ${holds(entries)}`;
  throw TaskFailure.permanent('NO_CONFIGURATION_FILES', [what, await hint(root, entries)].join(' ').trim());
}

/** OpenTofu reads files of its own since 1.8. */
function readBy({ name, version }: RootModule['engine']): string[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const hasOwn = name === 'opentofu' && (major > 1 || minor >= 8);
  return ['.tf', '.tf.json', ...(hasOwn ? ['.tofu', '.tofu.json'] : [])];
}

/** As terraform lists a module: a link counts, wherever it leads, and a directory never does. */
function isConfiguration(entry: Dirent, endings: readonly string[]): boolean {
  const { name } = entry;
  return (
    !entry.isDirectory() &&
    !IGNORED.test(name) &&
    !OVERRIDE.test(name) &&
    endings.some((ending) => name.endsWith(ending))
  );
}

/** Null where there is no such directory. */
async function entriesOf(directory: string): Promise<Dirent[] | null> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      return null;
    }
    throw error;
  }
}

function holds(entries: readonly Dirent[]): string {
  if (entries.length === 0) {
    return 'It is empty.';
  }
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `It holds ${names.slice(0, SHOWN).join(', ')}${more}.`;
}

async function hint(root: RootModule, entries: readonly Dirent[] = []): Promise<string> {
  const ofTofu = entries.some((entry) => isConfiguration(entry, ['.tofu', '.tofu.json']));
  if (ofTofu) {
    return root.engine.name === 'opentofu'
      ? 'Its .tofu files are read by OpenTofu 1.8 and later: set engineVersion to one of those.'
      : 'Its .tofu files are read by OpenTofu: set engine to "opentofu".';
  }
  const [first, ...others] = await directoriesWithConfiguration(root);
  if (first === undefined) {
    return 'No other directory of the upload has one either.';
  }
  const names = others.slice(0, SHOWN - 1).map((name) => `"${name}"`);
  const or = names.length === 0 ? '' : ` (or ${names.join(', ')}, whichever is meant)`;
  return first === ''
    ? `The top of the upload has some: set workingDirectory to ""${or}.`
    : `"${first}" has some: set workingDirectory to "${first}"${or}, or upload that folder's content.`;
}

/** The nearest to the top first, and by name. */
async function directoriesWithConfiguration(root: RootModule): Promise<string[]> {
  const found: string[] = [];
  let level = [''];
  let seen = 0;
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth += 1) {
    const below: string[] = [];
    for (const directory of level.sort()) {
      seen += 1;
      const entries = seen > MAX_DIRECTORIES ? null : await entriesOf(join(root.tree, directory));
      if (entries?.some((entry) => isConfiguration(entry, readBy(root.engine))) === true) {
        found.push(directory);
      }
      const folders = entries?.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')) ?? [];
      below.push(...folders.map(({ name }) => (directory === '' ? name : `${directory}/${name}`)));
    }
    level = below;
  }
  return found;
}
