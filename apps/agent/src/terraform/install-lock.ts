import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Keeps two processes from installing the same version at once. It only saves work: an install ends in one atomic
 * rename of verified content, so two that slip through do no harm. Node has no flock, hence a file with its
 * holder's name, touched while it is held.
 */
export interface InstallLock {
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

const TOUCH_MS = 10_000;
/** Six touches missed. */
const STALE_MS = 60_000;
const POLL_MS = 200;

const heldHere = new Set<string>();

/** Waits until the lock is free, its holder has died, or the signal aborts (and then throws the signal's reason). */
export async function acquireLock(path: string, signal: AbortSignal): Promise<InstallLock> {
  for (;;) {
    signal.throwIfAborted();
    const lock = await tryLock(path);
    if (lock !== null) {
      return lock;
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Null when somebody alive holds the lock. */
export async function tryLock(path: string): Promise<InstallLock | null> {
  const holder: Holder = { pid: process.pid, host: hostname(), token: randomUUID() };
  const created = await create(path, holder);
  if (!created) {
    await removeIfStale(path);
    return (await create(path, holder)) ? hold(path, holder) : null;
  }
  return hold(path, holder);
}

async function create(path: string, holder: Holder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(holder), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

function hold(path: string, { token }: Holder): InstallLock {
  heldHere.add(token);
  const touching = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, TOUCH_MS);
  touching.unref();
  return {
    release: async () => {
      clearInterval(touching);
      heldHere.delete(token);
      if ((await read(path))?.token === token) {
        await rm(path, { force: true });
      }
    },
  };
}

async function removeIfStale(path: string): Promise<void> {
  const holder = await read(path);
  if (!(await isStale(path, holder))) {
    return;
  }
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    // Somebody else may have replaced the stale lock by a live one a moment ago: that one goes back.
    if ((await read(aside))?.token !== holder?.token) {
      await link(aside, path);
    }
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw error;
    }
  } finally {
    await rm(aside, { force: true });
  }
}

async function isStale(path: string, holder: Holder | null): Promise<boolean> {
  const touched = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
  if (Date.now() - touched > STALE_MS) {
    return true;
  }
  if (holder?.host !== hostname()) {
    return false;
  }
  // A restarted container has the same host name and often the same pid: our pid, but not our token.
  return holder.pid === process.pid ? !heldHere.has(holder.token) : !isAlive(holder.pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function read(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    // Gone, or not written yet: then its age decides.
    return null;
  }
}
