import { randomUUID } from 'node:crypto';
import { link, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, livingProcess } from '../processes/process-identity.js';

/**
 * Keeps two processes from doing the same at once. Node has no flock, hence a file with its holder's name, touched while it
 * is held.
 */
export interface FileLock {
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  /** As in `ProcessIdentity`: the number may be another process's by now. Not known of an earlier version's, and without a /proc. */
  readonly startTime?: string | undefined;
  readonly host: string;
  readonly token: string;
}

const TOUCH_MS = 10_000;
/** Six touches missed. */
const STALE_MS = 60_000;
const POLL_MS = 200;
/** Of a file system that has no hard links, such as SMB. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

const UUID = /^[0-9a-f-]{36}$/;

const heldHere = new Set<string>();

/** What a process that was killed while it made or took over a lock leaves beside it. */
export function isLockDraft(name: string): boolean {
  return /\.lock\.[0-9a-f-]{36}(\.removal(\.[0-9a-f-]{36})?)?$/.test(name);
}

/** Waits until the lock is free, its holder has died, or the signal aborts (and then throws the signal's reason). */
export async function acquireLock(path: string, signal: AbortSignal): Promise<FileLock> {
  for (;;) {
    signal.throwIfAborted();
    const lock = await tryLock(path);
    if (lock !== null) {
      return lock;
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

export interface LockTerms {
  /** As long as its holder is seen to live, however long it has been silent: it may only be frozen. */
  readonly whileAlive?: boolean;
}

/** Null when somebody alive holds the lock. */
export async function tryLock(path: string, terms: LockTerms = {}): Promise<FileLock | null> {
  const { pid } = process;
  const startTime = (await livingProcess(pid))?.startTime;
  const holder: Holder = { pid, startTime, host: hostname(), token: randomUUID() };
  // Before the file can be seen: a lock of our pid that is not held here counts as left by an earlier process.
  heldHere.add(holder.token);
  let created = false;
  try {
    created = await create(path, holder);
    if (!created) {
      await removeIfStale(path, holder, terms);
      created = await create(path, holder);
    }
  } finally {
    if (!created) {
      heldHere.delete(holder.token);
    }
  }
  return created ? hold(path, holder) : null;
}

/**
 * Written beside and then linked: a kill between making a file and writing it left a lock of nobody, which everybody
 * waited for until it was stale.
 */
async function create(path: string, holder: Holder): Promise<boolean> {
  if (await exists(path)) {
    return false;
  }
  const draft = `${path}.${holder.token}`;
  const content = JSON.stringify(holder);
  try {
    await writeFile(draft, content, { flag: 'wx', mode: 0o600 });
    return await linked(draft, path, content);
  } finally {
    await rm(draft, { force: true });
  }
}

async function linked(draft: string, path: string, content: string): Promise<boolean> {
  try {
    await link(draft, path).catch(async (error: unknown) => {
      if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code ?? '')) {
        throw error;
      }
      await writeFile(path, content, { flag: 'wx', mode: 0o600 });
    });
    return true;
  } catch (error) {
    // ENOENT: somebody's clean-up has taken the draft for a dead process's.
    if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      return false;
    }
    throw error;
  }
}

function hold(path: string, { token }: Holder): FileLock {
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

/**
 * Whoever removes a lock that was left behind claims just that lock first, by its token: then nobody else removes it, and what
 * lies there is it, or the next one's, which is left alone. Of many that found it stale, the slower ones took away what the
 * quickest had made meanwhile.
 */
async function removeIfStale(path: string, us: Holder, terms: LockTerms): Promise<void> {
  const holder = await read(path);
  if (!(await isStale(path, holder, terms))) {
    return;
  }
  const claim = `${path}.${UUID.test(holder?.token ?? '') ? (holder?.token ?? '') : randomUUID()}.removal`;
  if (!(await create(claim, us))) {
    // Its claimant may have been killed.
    if (await isStale(claim, await read(claim), {})) {
      await rm(claim, { force: true });
    }
    return;
  }
  try {
    if ((await read(path))?.token === holder?.token) {
      await rm(path, { force: true });
    }
  } finally {
    await rm(claim, { force: true });
  }
}

async function isStale(
  path: string,
  holder: Holder | null,
  { whileAlive = false }: LockTerms,
): Promise<boolean> {
  const touched = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
  const isSilent = Date.now() - touched > STALE_MS;
  if (holder?.host !== hostname() || (isSilent && !whileAlive)) {
    return isSilent;
  }
  return !(await lives(holder));
}

async function lives({ pid, startTime, token }: Holder): Promise<boolean> {
  if (pid === process.pid) {
    // A restarted container has the same host name and often the same pid: our pid, but not our token.
    return heldHere.has(token);
  }
  if (startTime !== undefined) {
    return isAlive({ pid, startTime });
  }
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Whose it is, for people; null where nobody's. */
export async function holderOf(
  path: string,
): Promise<{ readonly pid: number; readonly host: string } | null> {
  return read(path);
}

async function read(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    // Gone, or on a file system without links not written yet: then its age decides.
    return null;
  }
}
