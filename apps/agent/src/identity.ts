import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { AgentEnv } from './env.js';

/** Who this agent is, and where its disk is. */
export interface Identity {
  readonly agentId: string;
  readonly podName: string;
  readonly home: string;
  /** Below it lies the path at which each task runs; the same on all agents of a pool. */
  readonly workRoot: string;
}

/** Injects the identity. */
export const IDENTITY = Symbol('agent identity');

/** The agent's id is kept in its home, so that a restart in the same pod is the same agent. */
export async function identify(env: AgentEnv): Promise<Identity> {
  const home = resolve(env.BERTH_AGENT_HOME);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const workRoot = resolve(env.BERTH_AGENT_WORK_ROOT ?? defaultWorkRoot());
  const podName = env.BERTH_POD_NAME ?? hostname();
  return { agentId: env.BERTH_AGENT_ID ?? (await keptId(join(home, 'agent-id'))), podName, home, workRoot };
}

const OPEN = 0o711;

/**
 * Users of runs pass the agent's folders on their way to their slots, and see of each what they know the name of: what is
 * the agent's own lies in files and folders that are closed to them.
 */
export async function openToUsers({ home, workRoot }: Identity): Promise<void> {
  for (const path of [home, join(home, 'slots')]) {
    await mkdir(path, { recursive: true, mode: OPEN });
    await chmod(path, OPEN);
  }
  await mkdir(workRoot, { recursive: true, mode: OPEN });
  // By default it lies in /tmp: what another user has put there in its place is found out when a task is to run there.
  const root = await open(workRoot, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW).catch(
    () => null,
  );
  try {
    if ((await root?.stat())?.uid === process.getuid?.()) {
      await root?.chmod(OPEN);
    }
  } finally {
    await root?.close();
  }
}

/** Without what surrounds it; empty where there is no such file. */
export async function readKept(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return '';
    }
    throw error;
  });
  return kept.trim();
}

async function keptId(file: string): Promise<string> {
  const kept = await readKept(file);
  if (kept !== '') {
    return kept;
  }
  const id = `agent-${randomBytes(6).toString('hex')}`;
  await writeFile(file, `${id}\n`, { mode: 0o600 });
  return id;
}

/** Where tasks' paths lie by default: no part of it may differ between two agents of a pool. */
function defaultWorkRoot(): string {
  return `/tmp/berth-work-${process.getuid?.() ?? 0}`;
}
