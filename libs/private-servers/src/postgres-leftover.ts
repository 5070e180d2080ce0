import { readFile, readdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLine, isAlive, sendSignal } from './processes/process-identity.js';
import { waitUntil } from './processes/wait-until.js';

/** Ends the server that a killed launcher left on this data, and what a killed server left of its own. */
export async function endPostgresLeftover(cluster: string, signal?: AbortSignal): Promise<void> {
  const lock = join(cluster, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(lock, 'utf8').catch(() => ''), 10);
  if (Number.isInteger(pid) && pid > 0) {
    if (isPostgresOn(await commandLine(pid), cluster)) {
      await endServer(pid, signal);
    }
    // PostgreSQL would take any process that now has this number for its own and refuse to start.
    await rm(lock, { force: true });
  }
  await endOrphans(cluster, signal);
}

/** Whether a command line is a server's on this data folder. */
export function isPostgresOn(commandLine: string, cluster: string): boolean {
  return commandLine.includes('postgres') && commandLine.split(' -D ')[1]?.startsWith(`${cluster} `) === true;
}

async function endServer(pid: number, signal: AbortSignal | undefined): Promise<void> {
  // Fast shutdown; then the immediate one, which recovers at the next start.
  for (const [stop, deadlineMs] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 6_000],
    ['SIGKILL', 3_000],
  ] as const) {
    sendSignal(pid, stop);
    if (await waitUntil(() => !isAlive(pid), { deadlineMs, signal })) {
      return;
    }
  }
  throw new Error(`PostgreSQL (pid ${pid}) from an earlier run does not end`);
}

/** Sessions outlive a killed server until they look up from their work, and until then no new one can start. */
async function endOrphans(cluster: string, signal: AbortSignal | undefined): Promise<void> {
  const orphans: number[] = [];
  for (const entry of process.platform === 'linux' ? await readdir('/proc') : []) {
    const pid = Number(entry);
    const workingDirectory = Number.isInteger(pid) && (await readlink(`/proc/${entry}/cwd`).catch(() => ''));
    if (workingDirectory === cluster && (await commandLine(pid)).startsWith('postgres: ')) {
      orphans.push(pid);
    }
  }
  for (const pid of orphans) {
    sendSignal(pid, 'SIGQUIT');
  }
  const gone = () => orphans.every((pid) => !isAlive(pid));
  if (!(await waitUntil(gone, { deadlineMs: 5_000, signal }))) {
    for (const pid of orphans) {
      sendSignal(pid, 'SIGKILL');
    }
    await waitUntil(gone, { deadlineMs: 3_000, signal });
  }
}
