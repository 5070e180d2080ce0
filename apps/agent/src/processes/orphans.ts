import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { killGroup, killProcess } from './process-group.js';
import { hasTerminal, isAlive, livingProcess, readProcess, type LivingProcess } from './process-identity.js';
import { endProcessesOf, statusOf } from './user-processes.js';

/** A process that a run in a slot has started, and that is alive still. */
export interface Orphan extends LivingProcess {
  readonly slotId: number;
  /** Whose it is, where the runs of the slot have a user of their own; null for the agent's. */
  readonly uid: number | null;
}

/** A killed process is gone within milliseconds, unless the kernel holds it. */
const END_DEADLINE_MS = 5_000;
const LOOK_EVERY_MS = 20;
/** What was started while the others were looked for is found by the next look. */
const MOST_LOOKS = 5;

/**
 * Those of a user that owns a slot below this agent's home, those whose HOME is that of a slot there, which no other process
 * has, and those that work in such a slot or write to its output. Without a /proc (macOS) none are found.
 */
export async function findOrphans(home: string): Promise<Orphan[]> {
  const names = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const owners = await ownersOfSlots(home);
  const found: Orphan[] = [];
  // One after the other: hundreds of open files at once are an error of their own.
  for (const pid of names.map(Number)) {
    const owner = statusOf(pid)?.uid ?? null;
    const slotId = owners.get(owner) ?? (await slotOf(pid, home));
    const living = slotId === null ? null : await livingProcess(pid);
    if (slotId !== null && living !== null) {
      found.push({ ...living, slotId, uid: owners.has(owner) ? owner : null });
    }
  }
  return found;
}

/** The user that each slot's files were given to, as they lie there: settings may be others by now. */
async function ownersOfSlots(home: string): Promise<Map<number | null, number>> {
  const slots = join(home, 'slots');
  const agent = (await lstat(home).catch(() => null))?.uid;
  const owners = new Map<number | null, number>();
  for (const name of await readdir(slots).catch(() => [])) {
    const uid = (await lstat(join(slots, name, 'home')).catch(() => null))?.uid;
    if (uid !== undefined && ![0, agent, process.getuid?.()].includes(uid)) {
      owners.set(uid, Number(name));
    }
  }
  return owners;
}

/**
 * Ends what a run in this slot has left behind: a provisioner's background process, a build's daemon. With `setsid` it
 * has left the run's group, and it would live on beside the slot's next task. Gives how many there were.
 */
export async function endLeftBehind(home: string, slotId: number): Promise<number> {
  let ended = 0;
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const found = (await findOrphans(home)).filter((one) => one.slotId === slotId);
    ended += found.length;
    if (found.length === 0 || (await endOrphans(found)).length > 0) {
      break;
    }
  }
  return ended;
}

/** Kills them with their groups. Gives those that are there still after a while. */
export async function endOrphans(orphans: readonly Orphan[]): Promise<readonly Orphan[]> {
  const own = await livingProcess(process.pid);
  for (const { pid, group } of orphans) {
    // A terminal's shell may have put the agent into the group of what it left behind.
    if (group === own?.group) {
      killProcess(pid);
    } else {
      killGroup(group);
    }
  }
  for (const uid of new Set(orphans.flatMap((one) => one.uid ?? []))) {
    // What is left is found by the look that follows.
    await endProcessesOf({ uid, gid: uid }).catch(() => undefined);
  }
  const deadline = performance.now() + END_DEADLINE_MS;
  let left = orphans;
  for (;;) {
    const alive = await Promise.all(left.map(async (orphan) => isAlive(orphan)));
    left = left.filter((_orphan, index) => alive[index]);
    if (left.length === 0 || performance.now() > deadline) {
      return left;
    }
    await wait(LOOK_EVERY_MS);
  }
}

/**
 * By its HOME, or where a clean environment hides that, by the place where it works or by the file that it writes to: what is to
 * become terraform in a sandbox has no more of its slot for a moment, and stays so where its agent is killed just then.
 */
async function slotOf(pid: number, home: string): Promise<number | null> {
  // What may not be read is another user's.
  const environment = await readProcess(pid, 'environ').catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') {
      return '';
    }
    throw error;
  });
  const slots = join(home, 'slots');
  const value = environment.split('\0').find((entry) => entry.startsWith(`HOME=${slots}/`));
  const [, slotId] = /^\/(\d+)\/home$/.exec(value?.slice(`HOME=${slots}`.length) ?? '') ?? [];
  if (slotId !== undefined) {
    return Number(slotId);
  }
  const place = (await placeOf(`/proc/${pid}/cwd`, slots)) ?? (await placeOf(`/proc/${pid}/fd/1`, slots));
  // A person's shell may stand there as well, and has a terminal; a run's processes have none.
  return place === undefined || (await hasTerminal(pid)) ? null : Number(place);
}

/** The slot in which lies what this leads to. */
async function placeOf(link: string, slots: string): Promise<string | undefined> {
  const target = await readlink(link).catch(() => '');
  return /^\/(\d+)\//.exec(target.startsWith(slots) ? target.slice(slots.length) : '')?.[1];
}
