import { basename, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type * as orphans from '../../apps/agent/src/processes/orphans.js';

const { endOrphans, findOrphans } = (await import(
  resolve('apps/agent/dist/processes/orphans.js')
)) as typeof orphans;

/** What an apply that was adopted has left is ended behind its report. */
const LAST_ENDED_MS = 10_000;
const LOOK_MS = 500;

/** What runs of the agents with these homes have started, and what is alive still after a while; empty where all is well. */
export async function leftProcesses(homes: readonly string[]): Promise<string[]> {
  const deadline = performance.now() + LAST_ENDED_MS;
  for (;;) {
    const left = await processesOfRuns(homes);
    if (left.length === 0 || performance.now() > deadline) {
      return left.map(({ home, slotId, pid }) => `process ${pid} in slot ${slotId} of ${basename(home)}`);
    }
    await wait(LOOK_MS);
  }
}

/** Kills them: an apply outlives its agent. */
export async function endProcessesOfRuns(homes: readonly string[]): Promise<void> {
  await endOrphans(await processesOfRuns(homes));
}

async function processesOfRuns(homes: readonly string[]) {
  const found = await Promise.all(
    homes.map(async (home) => (await findOrphans(home)).map((orphan) => ({ home, ...orphan }))),
  );
  return found.flat();
}
