/** The states of a slot, a numbered work directory of an agent. */
export const SlotState = {
  /** No task; a claim may take it. */
  idle: 'idle',
  /** A task is assigned to it or runs in it. */
  running: 'running',
  /** It holds a finished plan's work directory for one task until `reservedUntil`; no process. */
  reserved: 'reserved',
  /** Its agent is gone. */
  lost: 'lost',
} as const;
export type SlotState = (typeof SlotState)[keyof typeof SlotState];

export const SLOT_STATES: readonly SlotState[] = Object.values(SlotState);
