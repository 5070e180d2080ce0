import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Another one after each start of the machine's kernel: random(4). */
const BOOT_ID = '/proc/sys/kernel/random/boot_id';
const FILE = 'boot';

/** Of the machine's present boot; null where the system has none. */
export async function bootId(): Promise<string | null> {
  return readFile(BOOT_ID, 'utf8').catch(() => null);
}

/** So that a later process of the agent knows whether the machine has gone on since. */
export async function keepBoot(directory: string): Promise<void> {
  const id = await bootId();
  if (id !== null) {
    await writeFile(join(directory, FILE), id, { mode: 0o600 });
  }
}

/** Of a file, all that was written is there in the same boot alone: a loss of power takes what was on its way to the disk. */
export async function isSameBoot(directory: string): Promise<boolean> {
  const [kept, present] = await Promise.all([
    readFile(join(directory, FILE), 'utf8').catch(() => null),
    bootId(),
  ]);
  return kept !== null && kept === present;
}
