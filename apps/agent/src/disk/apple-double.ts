import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** RFC 1740, appendix B. */
const MAGIC = Buffer.from([0x00, 0x05, 0x16, 0x07]);

/**
 * Removes the companions (`._name`) in which macOS packs what a file has beside its content; terraform takes
 * `._x.auto.tfvars` for variables. Only those that bear the mark: a name alone may be anybody's. Gives how many.
 */
export async function removeAppleDoubles(directory: string): Promise<number> {
  let removed = 0;
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      removed += await removeAppleDoubles(path);
    } else if (entry.isFile() && entry.name.startsWith('._') && (await hasMark(path))) {
      await rm(path);
      removed += 1;
    }
  }
  return removed;
}

async function hasMark(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    return buffer.subarray(0, bytesRead).equals(MAGIC);
  } finally {
    await file.close();
  }
}
