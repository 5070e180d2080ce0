import { becomesReady, identify, lastLines, startDaemon, stopDaemon } from '@berth/private-servers';
import type { ProcessIdentity } from '@berth/private-servers';
import { listensOn } from './listening.js';
import { localUrl } from './service-plan.js';
import type { ServicePlan } from './service-plan.js';
import type { Running } from './supervised.js';

const LAST_LOG_LINES = 15;
const READY_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 20_000;
/** An apply may end by itself (15 s), then terraform saves its state after the interrupt (120 s). */
const AGENT_STOP_DEADLINE_MS = 150_000;

export interface ServiceProcess extends Running {
  identity: ProcessIdentity | undefined;
}

/** A service did not come up; `logTail` is what it said last. */
export class ServiceNotReady extends Error {
  constructor(
    readonly service: string,
    reason: string,
    readonly logFile: string,
    readonly logTail: readonly string[],
  ) {
    super(`${service} ${reason}`);
  }
}

/** Starts a service as a process of its own, told of as soon as it exists, and waits until it says that it is ready. */
export async function startService(
  plan: ServicePlan,
  {
    logFile,
    signal,
    onSpawned,
  }: { logFile: string; signal: AbortSignal; onSpawned: (process: ServiceProcess) => void },
): Promise<ServiceProcess> {
  const preloads = plan.preloads.flatMap((path) => ['--import', path]);
  const args = [...preloads, plan.entry];
  const daemon = await startDaemon({
    file: process.execPath,
    args,
    env: plan.env,
    settings: plan.secrets,
    logFile,
  });
  const service: ServiceProcess = {
    pid: daemon.pid,
    identity: await identify(daemon.pid),
    exited: daemon.exited,
    stop: () =>
      stopDaemon(daemon, [
        ['SIGTERM', plan.agentId === undefined ? STOP_DEADLINE_MS : AGENT_STOP_DEADLINE_MS],
        ['SIGKILL', 5_000],
      ]),
    kill: () => stopDaemon(daemon, [['SIGKILL', 5_000]]),
  };
  onSpawned(service);
  let isUp = false;
  try {
    // Another program may have taken the port meanwhile, and be ready itself; ours then ends by itself.
    const isReady = async () => (await saysReady(plan.port)) && (await listensOn(daemon.pid, plan.port));
    isUp = await becomesReady(daemon, isReady, { deadlineMs: READY_DEADLINE_MS, everyMs: 100, signal });
    if (isUp) {
      return service;
    }
    const reason = daemon.hasExited()
      ? `ended while it started (${await daemon.exited})`
      : `was not ready within ${READY_DEADLINE_MS / 1000} s`;
    throw new ServiceNotReady(plan.name, reason, logFile, await lastLines(logFile, LAST_LOG_LINES));
  } finally {
    if (!isUp) {
      await service.stop();
    }
  }
}

async function saysReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`${localUrl(port)}/readyz`, { signal: AbortSignal.timeout(5_000) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}
