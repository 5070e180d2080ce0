import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { commandLine, isAlive, isSameProcess, sendSignal } from './process-identity.js';
import type { ProcessIdentity } from './process-identity.js';
import { writeJsonAtomically } from './json-file.js';
import { waitUntil } from './wait-until.js';

/** A process that somebody must end, should we be killed before we could. */
export interface RememberedProcess extends ProcessIdentity {
  name: string;
  /** Words that stand in its command line and in no stranger's. */
  mark: string;
}

const rememberedSchema = z.array(
  z.object({ name: z.string(), pid: z.int().positive(), startTime: z.string(), mark: z.string().min(1) }),
);

/** Writes down what runs, for whoever comes after us. */
export function rememberProcesses(file: string, processes: RememberedProcess[]): void {
  writeJsonAtomically(file, processes);
}

/** Ends what a killed launcher has left behind, and only that; says which it found. */
export async function endLeftovers(
  file: string,
  { graceMs = 10_000, signal }: { graceMs?: number; signal?: AbortSignal | undefined } = {},
): Promise<string[]> {
  const ours: RememberedProcess[] = [];
  for (const process of await readRemembered(file)) {
    if (await isOurs(process)) {
      ours.push(process);
    }
  }
  for (const { pid } of ours) {
    sendSignal(pid, 'SIGTERM');
  }
  const allGone = () => ours.every(({ pid }) => !isAlive(pid));
  if (!(await waitUntil(allGone, { deadlineMs: graceMs, signal }))) {
    for (const { pid } of ours.filter((process) => isAlive(process.pid))) {
      sendSignal(pid, 'SIGKILL', { group: true });
    }
    if (!(await waitUntil(allGone, { deadlineMs: 5_000, signal }))) {
      const stubborn = ours.filter(({ pid }) => isAlive(pid)).map(({ name, pid }) => `${name} (pid ${pid})`);
      throw new Error(`left over from an earlier run and not to be ended: ${stubborn.join(', ')}`);
    }
  }
  await rm(file, { force: true });
  return ours.map(({ name }) => name);
}

async function isOurs(process: RememberedProcess): Promise<boolean> {
  return (await isSameProcess(process)) && (await commandLine(process.pid)).includes(process.mark);
}

async function readRemembered(file: string): Promise<RememberedProcess[]> {
  try {
    return rememberedSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // None, or cut off by a crash: then there is nothing that we could be sure of.
    return [];
  }
}
