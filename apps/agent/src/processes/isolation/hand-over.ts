import { constants, lchownSync, lstatSync, readdirSync, type Stats } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { TaskFailure } from '../../failures/task-failure.js';
import type { UserIds } from '../user-processes.js';
import type { Reach } from './reach.js';

/** The agent has other work: after so long in one go, that gets its turn. */
const TURN_MS = 4;

/**
 * Gives a run's user what the agent has made for it: all below the places that it writes, and to read what it is lent. No
 * process of that user may be at work. Nothing is followed: a link is given itself, and what neither of the two has made is
 * given to nobody.
 * @throws TaskFailure where there is such a thing
 */
export async function handOver(user: UserIds, { writes, lent, tmp }: Reach): Promise<void> {
  const walk = new HandOver(user);
  for (const path of new Set([...writes.map(({ from }) => from), tmp])) {
    await walk.give(path);
  }
  walk.giveLinked();
  for (const { from } of lent) {
    await lend(user, from);
  }
}

/** In place: on its way through the thread pool each file would take several times as long, and an apply waits for this. */
class HandOver {
  private turnBegan = performance.now();
  /** Files of several names that the agent has unpacked, by device and inode: names that are not seen yet. Given when all are. */
  private readonly links = new Map<string, { path: string; unseen: number }>();

  constructor(private readonly user: UserIds) {}

  async give(path: string): Promise<void> {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found !== undefined) {
      await this.giveEntry(path, found);
    }
  }

  /** One that has a name elsewhere is somebody else's file. */
  giveLinked(): void {
    for (const { path, unseen } of this.links.values()) {
      if (unseen > 0) {
        throw foreign(path);
      }
      lchownSync(path, this.user.uid, this.user.gid);
    }
  }

  private async giveEntry(path: string, found: Stats): Promise<void> {
    const { uid, gid } = this.user;
    const isGiven = found.uid === uid && found.gid === gid;
    if (!isGiven && found.uid !== process.getuid?.() && found.uid !== uid) {
      throw foreign(path);
    }
    if (!isGiven && found.isFile() && found.nlink > 1) {
      this.see(path, found);
    } else if (!isGiven) {
      lchownSync(path, uid, gid);
    }
    if (!found.isDirectory()) {
      return;
    }
    if (performance.now() - this.turnBegan > TURN_MS) {
      await setImmediate();
      this.turnBegan = performance.now();
    }
    for (const name of readdirSync(path)) {
      const below = join(path, name);
      await this.giveEntry(below, lstatSync(below));
    }
  }

  private see(path: string, { dev, ino, nlink }: Stats): void {
    const key = `${dev}/${ino}`;
    const unseen = this.links.get(key)?.unseen ?? nlink;
    this.links.set(key, { path, unseen: unseen - 1 });
  }
}

/** By a descriptor, which no link can lead astray. */
async function lend(user: UserIds, path: string): Promise<void> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(ignoreMissing);
  if (handle === null) {
    return;
  }
  let isDirectory: boolean;
  try {
    const found = await handle.stat();
    isDirectory = found.isDirectory();
    if (isDirectory || found.isFile()) {
      await handle.chown(process.getuid?.() ?? 0, user.gid);
      await handle.chmod(isDirectory ? 0o750 : 0o640);
    }
  } finally {
    await handle.close();
  }
  for (const name of isDirectory ? await readdir(path) : []) {
    await lend(user, join(path, name));
  }
}

/** What is no file, or not there, is lent to nobody. */
function ignoreMissing(error: unknown): null {
  if (!['ENOENT', 'ELOOP', 'ENXIO'].includes((error as NodeJS.ErrnoException).code ?? '')) {
    throw error;
  }
  return null;
}

function foreign(path: string): TaskFailure {
  return TaskFailure.transient(
    'SLOT_NOT_CLEAN',
    `${path} belongs neither to the agent nor to the run's user, and is given to nobody. The task is tried again.`,
  );
}

/** A place that nobody but the agent and this user may enter, and in which only the agent may make something. */
export async function closeTo(user: UserIds, path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    await handle.chown(process.getuid?.() ?? 0, user.gid);
    await handle.chmod(0o710);
  } finally {
    await handle.close();
  }
}
