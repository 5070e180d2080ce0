import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { identify, isSameProcess } from '@berth/private-servers';

const LOOK_AGAIN_MS = 20;

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
      await removeIfAbandoned(lock, draft);
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

/**
 * Takes away the lock of a launcher that was killed; throws where its owner lives. One at a time: of two that found it
 * abandoned, the slower one took away what a third had made meanwhile, and two had the home.
 */
async function removeIfAbandoned(lock: string, draft: string): Promise<void> {
  await throwIfHeld(lock);
  const guard = `${lock}.removal`;
  if (!(await linked(draft, guard))) {
    const owner = await ownerOf(guard);
    if (owner === 'dead') {
      // Killed in the middle of it.
      await rm(guard, { force: true });
    } else {
      await delay(LOOK_AGAIN_MS);
    }
    return;
  }
  try {
    await throwIfHeld(lock);
    await rm(lock, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

async function throwIfHeld(lock: string): Promise<void> {
  const owner = await ownerOf(lock);
  if (typeof owner === 'number') {
    throw new HomeIsTaken(owner);
  }
}

/** The pid of a living owner, `dead` where it does not live or cannot be read, `nobody` where there is no such lock. */
async function ownerOf(lock: string): Promise<number | 'dead' | 'nobody'> {
  let text: string;
  try {
    text = await readFile(lock, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return 'nobody';
    }
    throw error;
  }
  const owner = ownerSchema.safeParse(parseJson(text));
  return owner.success && (await isSameProcess(owner.data)) ? owner.data.pid : 'dead';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
