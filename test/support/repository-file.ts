import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export const REPOSITORY = resolve(import.meta.dirname, '../..');

/** A file of this repository, by its path in it. */
export async function read(path: string): Promise<string> {
  return readFile(join(REPOSITORY, path), 'utf8');
}
