import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A process that an earlier process of this agent has started, and that is alive still. */
export interface Orphan {
  readonly pid: number;
  readonly slotId: number;
  /** Terraform itself, which leads the group of its providers. */
  readonly leads: boolean;
}

/**
 * Those whose HOME is that of a slot below this agent's home, which no other process has. Without a /proc (macOS) none
 * are found.
 */
export async function findOrphans(home: string): Promise<Orphan[]> {
  const names = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(names.map(async (name) => orphanAt(Number(name), home)));
  return found.filter((orphan) => orphan !== null);
}

/** Whether the process is there still; a number that another one has by now does not count. */
export async function isAlive({ pid, slotId }: Orphan, home: string): Promise<boolean> {
  return (await orphanAt(pid, home))?.slotId === slotId;
}

async function orphanAt(pid: number, home: string): Promise<Orphan | null> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const slots = join(home, 'slots');
  const value = environment.split('\0').find((entry) => entry.startsWith(`HOME=${slots}/`));
  const slotId = Number(/^\/(\d+)\/home$/.exec(value?.slice(`HOME=${slots}`.length) ?? '')?.[1]);
  if (!Number.isInteger(slotId)) {
    return null;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Behind the name in brackets: state, parent, group.
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === undefined || state === 'Z' || state === ''
    ? null
    : { pid, slotId, leads: Number(group) === pid };
}
