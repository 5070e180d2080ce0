import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The files of this name, however deep below a directory. */
export async function filesBelow(directory: string, name: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name === name);
  return files.map((entry) => join(entry.parentPath, entry.name));
}
