import type { MessageOf } from '@berth/contracts';

export type Heartbeat = MessageOf<'agent.heartbeat'>;

/** What the main thread says of the agent for the heartbeats of the next while. */
export interface Snapshot {
  /** Counts up, so that an answer can be told from one to an earlier snapshot. */
  readonly number: number;
  readonly intervalMs: number;
  /** Null while the agent is not registered: nobody counts on its heartbeats. */
  readonly heartbeat: Heartbeat | null;
}

/** How often the agent looks after its registration while it has none. */
export const UNREGISTERED_MS = 500;

/** How long the registry may take to answer. */
export const ANSWER_MS = 5_000;

/**
 * How long a silent main thread is spoken for. A registry may ask for a heartbeat every 60 s at most, and no
 * synchronous work of the agent comes near two of them: what is silent for longer hangs, and an agent that hangs must
 * become lost, so that others get its tasks.
 */
export const SILENCE_LIMIT_MS = 120_000;

/** Whether the main thread has been silent for so long that its last snapshot says nothing any more. */
export function isTooOld(receivedAtMs: number, nowMs: number): boolean {
  return nowMs - receivedAtMs > SILENCE_LIMIT_MS;
}
