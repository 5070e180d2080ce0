import { AgentStatus, AGENT_STATUSES } from './agent-status.js';
import type { RunIsolation } from './run-isolation.js';
import { holderInWords, type StateHolder } from './state-holder.js';
import type { TaskStatus } from './task-status.js';
import { withoutForecast } from './what-follows.js';

/** What a task that has not started waits for. */
export const WaitingCode = {
  /** Another writing task of its workspace is active. */
  behindTask: 'BEHIND_TASK',
  /** Nothing that writes begins in its workspace before a person has looked. */
  needsAttention: 'WORKSPACE_NEEDS_ATTENTION',
  /** Somebody else, most often a person with terraform of their own, holds the lock of the state that it would write. */
  stateLocked: 'STATE_LOCKED',
  /** It was tried, or offered, and is again when its delay is over. */
  retryLater: 'RETRY_LATER',
  /** Nobody in its pool is alive, or none of them keeps runs apart as the pool demands. */
  noAgent: 'NO_AGENT',
  /** Every slot of its pool's agents is in use. */
  noIdleSlot: 'NO_IDLE_SLOT',
  /** There are idle slots, but their agents run as many processes as they may. */
  agentsBusy: 'AGENTS_BUSY',
  /** Confirmed, and only the agent with its reserved slot can apply it. */
  reservedSlotsAgent: 'RESERVED_SLOTS_AGENT',
  /** An agent owns it and has not said yes. */
  notAccepted: 'NOT_ACCEPTED',
  /** A person has to confirm; the slot with the plan is reserved. */
  confirmation: 'CONFIRMATION',
  /** The same after its reservation ended. */
  confirmationPlansAgain: 'CONFIRMATION_PLANS_AGAIN',
  /** The same where the stored plan is then applied in another slot. */
  confirmationRestoresPlan: 'CONFIRMATION_RESTORES_PLAN',
  /** Nothing is in its way. */
  claimDue: 'CLAIM_DUE',
} as const;
export type WaitingCode = (typeof WaitingCode)[keyof typeof WaitingCode];

export interface WaitingReason {
  readonly code: WaitingCode;
  readonly message: string;
  /** The task in its way: the active one of its workspace, or the one that holds the state's lock. */
  readonly taskId?: string | null;
}

/**
 * What there is of a pool. Slots are those of alive agents that keep runs apart as the pool demands. Where it can take a task,
 * nothing else is counted.
 */
export interface PoolFacts {
  readonly name: string;
  /** Where the task is a build for workers: only those that build for it are counted. */
  readonly platform: string | null;
  /** An alive agent has an idle slot and may start another process: a claim finds it. */
  readonly canTake: boolean;
  readonly agents: Readonly<Record<AgentStatus, number>>;
  readonly slots: { readonly idle: number; readonly running: number; readonly reserved: number };
  /** Those of them that may start another process. */
  readonly agentsWithRoom: number;
  /** Alive ones that are given nothing for now, because they fail what they get and others do not. */
  readonly unwell: number;
  /** How far its agents have to keep runs apart; null where anyhow. */
  readonly demands: RunIsolation | null;
  /** Alive ones that do not, and are given nothing. */
  readonly tooWeak: number;
}

/** The slot that is assigned to the task or reserved for it, and its agent. */
export interface TaskSlotFacts {
  readonly agentId: string;
  readonly slotId: number;
  readonly agentStatus: AgentStatus;
  /** How many processes run there, and how many may. */
  readonly running: number;
  readonly concurrency: number;
}

export interface WaitingFacts {
  readonly status: TaskStatus;
  /** The active writing task of its workspace, where this one stands behind it. */
  readonly behind: { readonly taskId: string; readonly status: TaskStatus } | null;
  /** A person has to look at its workspace before it goes on. */
  readonly needsAttention: boolean;
  /** Of a task that would write the state. */
  readonly stateHolder: StateHolder | null;
  /** Until it may be claimed, in milliseconds; 0 where that is over. */
  readonly delayMs: number;
  readonly errorMessage: string | null;
  readonly pool: PoolFacts;
  readonly slot: TaskSlotFacts | null;
  readonly reservedUntil: Date | null;
  /** Its stored plan may be applied in another slot, because its workspace wants that. */
  readonly restoresPlan: boolean;
}

/** Why the task has not started, in words; null once it has, or has ended. */
export function waitingReason(facts: WaitingFacts): WaitingReason | null {
  if (facts.needsAttention) {
    return NEEDS_ATTENTION;
  }
  switch (facts.status) {
    case 'pending':
      return whyPending(facts);
    case 'assigned':
      return whyNotAccepted(facts);
    case 'apply_pending':
      return whyNotConfirmed(facts);
    case 'apply_queued':
      return whyNotApplied(facts);
    case 'planning':
    case 'applying':
    case 'running':
    case 'succeeded':
    case 'failed':
    case 'cancelled':
    case 'discarded':
      return null;
  }
}

const NEEDS_ATTENTION: WaitingReason = {
  code: WaitingCode.needsAttention,
  message:
    'its workspace needs attention: push or discard its unsaved states, look at what its last apply has done, then ' +
    'PATCH it with {"needsAttention": false}',
};

const CLAIM_DUE: WaitingReason = { code: WaitingCode.claimDue, message: 'about to be claimed' };

function whyPending(facts: WaitingFacts): WaitingReason {
  if (facts.behind !== null) {
    const { taskId, status } = facts.behind;
    return {
      code: WaitingCode.behindTask,
      message: `behind task ${taskId} of its workspace, which is ${status}`,
      taskId,
    };
  }
  return (
    whyLocked(facts.stateHolder) ?? whyDelayed(facts) ?? whyPoolCannot(facts.pool) ?? whoComes(facts.pool)
  );
}

/** No slot is taken for it meanwhile, and a reserved one stays. */
function whyLocked(holder: StateHolder | null): WaitingReason | null {
  if (holder === null) {
    return null;
  }
  return {
    code: WaitingCode.stateLocked,
    message:
      `the lock of its workspace's state is held by ${holderInWords(holder)}; ` +
      'it goes on by itself when that is given back',
    taskId: holder.taskId,
  };
}

/** An agent is told by the next claim; a worker has to ask. */
function whoComes({ platform }: PoolFacts): WaitingReason {
  return platform === null
    ? CLAIM_DUE
    : {
        code: WaitingCode.claimDue,
        message: `a worker for ${platform} has room and gets it when it next asks`,
      };
}

function whyDelayed(facts: WaitingFacts): WaitingReason | null {
  if (facts.delayMs <= 0) {
    return null;
  }
  const seconds = Math.ceil(facts.delayMs / 1_000);
  // A terraform error has many lines, and the task has all of it.
  const [error = ''] = withoutForecast(facts.errorMessage ?? '').split('\n', 1);
  const message =
    error === '' ? `queued again, offered again in ${seconds} s` : `retry in ${seconds} s after "${error}"`;
  return { code: WaitingCode.retryLater, message };
}

function whyPoolCannot(pool: PoolFacts): WaitingReason | null {
  if (pool.canTake) {
    return null;
  }
  const { alive } = pool.agents;
  const well = alive - pool.unwell - pool.tooWeak;
  const { idle, running, reserved } = pool.slots;
  const others = otherAgents(pool);
  if (alive === 0) {
    const who = pool.platform === null ? 'agent' : `worker for ${pool.platform}`;
    return { code: WaitingCode.noAgent, message: `no ${who} is alive in pool "${pool.name}"${others}` };
  }
  if (alive === pool.tooWeak) {
    const ones = alive === 1 ? 'the alive one is' : `the ${alive} alive ones are`;
    return {
      code: WaitingCode.noAgent,
      message: `no agent of pool "${pool.name}" keeps runs apart as it demands (${String(pool.demands)}): ${ones} passed over${otherAgents({ ...pool, tooWeak: 0 })}`,
    };
  }
  const used = `${reserved} reserved, ${running} running`;
  if (idle === 0) {
    return {
      code: WaitingCode.noIdleSlot,
      message: `no idle slot in pool "${pool.name}": ${used}${others}`,
    };
  }
  if (pool.agentsWithRoom === 0) {
    const who = well === 1 ? 'the one agent' : `all ${well} agents`;
    const are = well === 1 ? 'is at its' : 'are at their';
    return {
      code: WaitingCode.agentsBusy,
      message: `${who} of pool "${pool.name}" ${are} concurrency: ${running} running${others}`,
    };
  }
  return {
    code: WaitingCode.agentsBusy,
    message:
      `the agents of pool "${pool.name}" with an idle slot are at their concurrency, ` +
      `the others have no idle slot: ${used}${others}`,
  };
}

/** ` (1 suspect, 2 lost)`: what the pool would have with these agents alive. */
function otherAgents(pool: PoolFacts): string {
  const counts = AGENT_STATUSES.filter((status) => status !== AgentStatus.alive && pool.agents[status] > 0);
  const words = counts.map((status) => `${pool.agents[status]} ${status}`);
  if (pool.unwell > 0) {
    words.push(`${pool.unwell} unwell`);
  }
  if (pool.tooWeak > 0) {
    words.push(`${pool.tooWeak} without the isolation "${String(pool.demands)}"`);
  }
  return words.length === 0 ? '' : ` (agents: ${words.join(', ')})`;
}

function whyNotAccepted({ slot }: WaitingFacts): WaitingReason {
  const where = slot === null ? '' : ` to ${slot.agentId}, slot ${slot.slotId}`;
  return { code: WaitingCode.notAccepted, message: `assigned${where}; not accepted yet` };
}

function whyNotConfirmed({ reservedUntil, restoresPlan }: WaitingFacts): WaitingReason {
  if (reservedUntil === null && restoresPlan) {
    return {
      code: WaitingCode.confirmationRestoresPlan,
      message: 'waits for a person; its slot is gone, and its stored plan will be applied in another one',
    };
  }
  return reservedUntil === null
    ? {
        code: WaitingCode.confirmationPlansAgain,
        message: 'waits for a person; its reservation has ended, so confirming plans again first',
      }
    : {
        code: WaitingCode.confirmation,
        message: `waits for a person; its slot is reserved until ${reservedUntil.toISOString()}`,
      };
}

function whyNotApplied(facts: WaitingFacts): WaitingReason {
  const { slot } = facts;
  if (slot === null) {
    return {
      code: WaitingCode.reservedSlotsAgent,
      message: `confirmed, but its reserved slot is gone: ${facts.restoresPlan ? 'its stored plan will be applied in another one' : 'it will plan again'}`,
    };
  }
  const waits = `confirmed; waits for ${slot.agentId}, which has its reserved slot ${slot.slotId}`;
  if (slot.agentStatus !== AgentStatus.alive) {
    return {
      code: WaitingCode.reservedSlotsAgent,
      message: `${waits}: the agent is ${slot.agentStatus}`,
    };
  }
  const delayed = whyLocked(facts.stateHolder) ?? whyDelayed(facts);
  if (delayed !== null) {
    return delayed;
  }
  return slot.running < slot.concurrency
    ? CLAIM_DUE
    : {
        code: WaitingCode.reservedSlotsAgent,
        message: `${waits}: the agent is at its concurrency (${slot.running} running)`,
      };
}
