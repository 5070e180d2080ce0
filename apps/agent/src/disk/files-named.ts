import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The paths below a directory of all files of this name. No link is followed: Node's own recursive look goes through them. */
export async function filesNamed(name: string, directory: string): Promise<string[]> {
  const found: string[] = [];
  const walk = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(directory, below), { withFileTypes: true }).catch(() => [])) {
      const path = join(below, entry.name);
      if (entry.isDirectory()) {
        await walk(path);
      } else if (entry.isFile() && entry.name === name) {
        found.push(path);
      }
    }
  };
  await walk('');
  return found;
}
