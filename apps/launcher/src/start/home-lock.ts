import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { identify, isSameProcess } from '@berth/private-servers';

const ownerSchema = z.object({ pid: z.int().positive(), startTime: z.string() });

/** Somebody else holds the home. */
export class HomeIsTaken extends Error {
  constructor(readonly pid: number) {
    super(`already running (pid ${pid})`);
  }
}

/** Makes us the only launcher on this home; the answer gives it back. Throws HomeIsTaken. */
export async function lockHome(lock: string): Promise<() => Promise<void>> {
  const me = await identify(process.pid);
  const draft = `${lock}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, JSON.stringify(me), { mode: 0o600 });
  try {
    // A link appears with its content or not at all, and only where there is none.
    while (!(await linked(draft, lock))) {
      await removeIfAbandoned(lock);
    }
  } finally {
    await rm(draft, { force: true });
  }
  return () => rm(lock, { force: true });
}

async function linked(draft: string, lock: string): Promise<boolean> {
  try {
    await link(draft, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/** Takes away the lock of a launcher that was killed; throws where its owner lives. */
async function removeIfAbandoned(lock: string): Promise<void> {
  // Moved aside first: of two that find it abandoned, only one gets it, and can look at it in peace.
  const aside = `${lock}.${randomBytes(4).toString('hex')}`;
  try {
    await throwIfHeld(lock);
    await rename(lock, aside);
    await throwIfHeld(aside);
  } catch (error) {
    if (error instanceof HomeIsTaken) {
      // What was moved aside in between may be a new owner's: back with it.
      await link(aside, lock).catch(() => undefined);
      throw error;
    }
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
  } finally {
    await rm(aside, { force: true });
  }
}

async function throwIfHeld(lock: string): Promise<void> {
  const owner = ownerSchema.safeParse(parseJson(await readFile(lock, 'utf8')));
  if (owner.success && (await isSameProcess(owner.data))) {
    throw new HomeIsTaken(owner.data.pid);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
