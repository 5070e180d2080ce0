/** What the registry thinks of an agent. Only an alive one is given work. */
export const AgentStatus = {
  alive: 'alive',
  /** Heartbeats are late: no new work, nothing is taken away yet. */
  suspect: 'suspect',
  /** It finishes what it has and takes nothing new. */
  draining: 'draining',
  /** Heartbeats were missed for too long, or its pod was replaced: its slots are gone. */
  lost: 'lost',
  /** It said goodbye. */
  stopped: 'stopped',
} as const;
export type AgentStatus = (typeof AgentStatus)[keyof typeof AgentStatus];

export const AGENT_STATUSES: readonly AgentStatus[] = Object.values(AgentStatus);
