import type { Failure } from './failure.js';

/** How an agent has done of late. It is unwell while it has a time up to which it is. */
export interface AgentHealth {
  /** Failures for reasons of its own since its last success. */
  readonly failuresInRow: number;
  readonly unwellSince: Date | null;
  /** Until then others are given its work; after that it is tried with one task. */
  readonly unwellUntil: Date | null;
  readonly unwellReason: string | null;
}

export const WELL: AgentHealth = {
  failuresInRow: 0,
  unwellSince: null,
  unwellUntil: null,
  unwellReason: null,
};

/** One may be the task's fault (it wants all the memory there is), or an accident. */
const UNWELL_AFTER = 3;
export const FIRST_UNWELL_MS = 60_000;
const LONGEST_UNWELL_MS = 30 * 60_000;
const REASON_LENGTH = 500;

/** What stands in an agent's own way, whatever the task is: its disk, its memory, its processes, its programs. */
const OF_THE_AGENT: readonly string[] = [
  'AGENT_DISK_FULL',
  'AGENT_DISK_NOT_WRITABLE',
  'AGENT_ERROR',
  'BUILD_STEP_UNKILLABLE',
  'ENGINE_INSTALL_FAILED',
  'ENGINE_INSTALL_TIMEOUT',
  'RUN_NOT_ENDED',
  'SANDBOX_FAILED',
  'SLOT_NOT_CLEAN',
  'TERRAFORM_DISK_FAILED',
  'TERRAFORM_DISK_FULL',
  'TERRAFORM_KILLED',
  'TERRAFORM_NOT_FOUND',
  'TERRAFORM_NOT_STARTED',
  'TERRAFORM_OUT_OF_MEMORY',
  'TERRAFORM_UNKILLABLE',
  'WORKING_DIRECTORY_MISSING',
];

/** What does not answer may be the other side's fault; that no name is found is the agent's. */
const OF_THE_NETWORK: readonly string[] = [
  'ENGINE_DOWNLOAD_FAILED',
  'GIT_UNREACHABLE',
  'TERRAFORM_MODULE_DOWNLOAD_FAILED',
  'TERRAFORM_PROVIDER_DOWNLOAD_FAILED',
  'TERRAFORM_REGISTRY_UNAVAILABLE',
  'TERRAFORM_REMOTE_UNAVAILABLE',
  'TERRAFORM_STATE_UNAVAILABLE',
  'VAULT_UNAVAILABLE',
];
const NO_WAY_OUT =
  /no such host|name resolution|could ?n[o']t resolve|getaddrinfo|\bEAI_AGAIN\b|\bENOTFOUND\b|server misbehaving|network is unreachable/i;

/** Whether the failure says something of the agent, and not of the task. */
export function isOfTheAgent({ code, message }: Failure): boolean {
  return OF_THE_AGENT.includes(code) || (OF_THE_NETWORK.includes(code) && NO_WAY_OUT.test(message));
}

/** What a failure makes of an agent: several in a row for its own reasons, and it is unwell, each time for longer. */
export function healthAfterFailure(before: AgentHealth, failure: Failure, now: Date): AgentHealth {
  if (!isOfTheAgent(failure)) {
    return before;
  }
  const failuresInRow = before.failuresInRow + 1;
  if (failuresInRow < UNWELL_AFTER) {
    return { ...before, failuresInRow };
  }
  const pauseMs = Math.min(LONGEST_UNWELL_MS, FIRST_UNWELL_MS * 2 ** (failuresInRow - UNWELL_AFTER));
  return {
    failuresInRow,
    unwellSince: before.unwellSince ?? now,
    unwellUntil: new Date(now.getTime() + pauseMs),
    unwellReason: `${failure.code}: ${failure.message}`.slice(0, REASON_LENGTH),
  };
}

/** Those that failed a task last, the last one at the end. */
const REMEMBERED_AGENTS = 5;

/** The agents that failed a task last, after another one has. */
export function failedAgentsAfter(before: readonly string[], agentId: string): string[] {
  return [...before.filter((one) => one !== agentId), agentId].slice(-REMEMBERED_AGENTS);
}
