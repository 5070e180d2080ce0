import { z } from 'zod';
import { attempt, id } from './fields.js';
import { FailureClassField } from './tasks.js';

/**
 * Exchanges by what travels on them; their names on the broker are in libs/messaging. What agents say has one of its own,
 * the only one that they may write to, and what goes to or comes from an agent is signed.
 */
export type MessageExchange = 'tasks' | 'reports' | 'events' | 'changes';
export type ServiceName = 'api' | 'scheduler' | 'registry' | 'agent';

export interface MessageDefinition<S extends z.ZodType> {
  readonly version: 1;
  readonly schema: S;
  readonly exchange: MessageExchange;
  readonly from: readonly ServiceName[];
  readonly to: ServiceName;
  /** True where the receiver answers, and the sender waits for the answer with a deadline. */
  readonly answered: boolean;
  /** What it is for, in one sentence; docs/messages.md is made from it. */
  readonly purpose: string;
  /** Parsed by a test for as long as this version is spoken. */
  readonly sample: unknown;
}

export const owned = { taskId: id, attempt };
export const failure = z.object({
  code: z.string(),
  class: FailureClassField,
  message: z.string().max(8_000),
});
export const from = { agentId: id, podName: z.string() };
export const sampleId = '0192f0c1-0000-7000-8000-000000000001';
export const sampleTime = '2026-11-20T10:00:00.000Z';
export const sampleOwned = { taskId: sampleId, attempt: 1 };
export const sampleFrom = { agentId: 'agent-1', podName: 'pod-1' };

/** Keeps the type of each message's schema. */
export function message<S extends z.ZodType>(definition: MessageDefinition<S>): MessageDefinition<S> {
  return definition;
}
