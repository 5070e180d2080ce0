import { DEMANDED_ISOLATION, RUN_ISOLATION } from '@berth/domain';
import { z } from 'zod';
import { id, name, time } from './fields.js';
import { PageQuery } from './page.js';

export const AgentListQuery = PageQuery.extend({
  present: z
    .enum(['true', 'false'])
    .describe('Leaves out those that have stopped, and those that were lost more than an hour ago')
    .optional(),
});
export type AgentListQuery = z.infer<typeof AgentListQuery>;

export const Agent = z.object({
  id,
  /** An agent is told of its work, a worker polls for builds. */
  kind: z.enum(['agent', 'worker']),
  /** Of a worker, as it calls itself. */
  name: z.string().nullable(),
  /** What a worker builds for. */
  platforms: z.array(z.string()),
  podName: z.string(),
  pool: z.string(),
  status: z.enum(['alive', 'suspect', 'draining', 'lost', 'stopped']),
  slots: z.int(),
  concurrency: z.int(),
  version: z.string(),
  /** How it keeps runs apart from itself and from each other; null where it does not say, and for workers. */
  isolation: z.enum(RUN_ISOLATION).nullable(),
  registeredAt: time,
  lastHeartbeatAt: time.nullable(),
  /** It has failed several tasks in a row for reasons of its own: until then others are given its work, where there are any. */
  unwell: z.object({ since: time, until: time, reason: z.string() }).nullable(),
  /** Since when an admin wants it to take no more work; null where nobody does. */
  drainRequestedAt: time.nullable(),
});
export type Agent = z.infer<typeof Agent>;

export const Slot = z.object({
  agentId: id,
  podName: z.string(),
  slotId: z.int(),
  pool: z.string(),
  state: z.enum(['idle', 'running', 'reserved', 'lost']),
  taskId: id.nullable(),
  attempt: z.int().nullable(),
  reservedUntil: time.nullable(),
  /** Of its task; null where it has none, or that is a build. */
  workspaceId: id.nullable(),
  workspaceName: z.string().nullable(),
  /** Of a running slot: since when its task is at work there. */
  taskStartedAt: time.nullable(),
});
export type Slot = z.infer<typeof Slot>;

/** How far agents of a pool have to keep runs apart, at least; null is any way. */
const runIsolation = z.enum(DEMANDED_ISOLATION).nullable();

export const CreatePool = z.strictObject({ name, runIsolation: runIsolation.optional() });
export type CreatePool = z.infer<typeof CreatePool>;
export const UpdatePool = z
  .strictObject({
    /** Null takes the cap away. It counts from the next plan that finishes. */
    maxReservedSlots: z.int().min(1).max(1_000_000).nullable(),
    /** Null demands nothing. Agents that are weaker are drained, and open no session any more. */
    runIsolation,
  })
  .partial();
export type UpdatePool = z.infer<typeof UpdatePool>;
export const Pool = z.object({
  id,
  name,
  /** How many slots may hold plans that wait for a person; the next such plan ends the reservation that is over soonest. */
  maxReservedSlots: z.int().nullable(),
  runIsolation,
  createdAt: time,
});
export type Pool = z.infer<typeof Pool>;

/** The secret is in the answer to its creation and nowhere else. */
export const CreateAgentToken = z.strictObject({ name });
export const AgentToken = z.object({
  id,
  name,
  pool: z.string(),
  token: z.string().optional(),
  createdAt: time,
});
export type AgentToken = z.infer<typeof AgentToken>;

export const Stats = z.object({
  queueDepth: z.int(),
  /** By status; of those that have ended, the last 24 hours'. */
  tasks: z.record(z.string(), z.int()),
  /** By state, of the agents that are counted. */
  slots: z.record(z.string(), z.int()),
  /** By status; those that are lost or stopped for 24 hours. */
  agents: z.record(z.string(), z.int()),
  /** From a task becoming runnable to its assignment, over the last hour, in milliseconds. */
  dispatchLatencyMs: z.object({ count: z.int(), p50: z.number().nullable(), p95: z.number().nullable() }),
});
export type Stats = z.infer<typeof Stats>;
