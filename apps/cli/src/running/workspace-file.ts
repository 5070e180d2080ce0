import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WrongUse } from '../failures.js';

const NAME = '.berth.json';

/** The workspace that a directory belongs to, as its `.berth.json` says. @throws WrongUse */
export async function readWorkspaceFile(directory: string): Promise<string | undefined> {
  const file = join(directory, NAME);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw new WrongUse(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    const { workspace } = JSON.parse(text) as { readonly workspace?: unknown };
    if (typeof workspace === 'string' && workspace !== '') {
      return workspace;
    }
  } catch {
    // Said below, as of a file that names none.
  }
  throw new WrongUse(`${file} names no workspace: it looks like {"workspace": "name"}`);
}

/** Remembers the workspace for the next run. */
export async function writeWorkspaceFile(directory: string, workspace: string): Promise<void> {
  await writeFile(join(directory, NAME), `${JSON.stringify({ workspace }, null, 2)}\n`);
}
