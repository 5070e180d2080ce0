import { RUN_ISOLATION } from '@berth/domain';
import { z } from 'zod';
import { BuildAssignment } from './builds.js';
import { attempt, id, sha256, slotId, text } from './fields.js';
import { PlanContent } from './plan.js';
import { PlanDigests } from './plan-digests.js';
import { TaskPhaseField } from './tasks.js';
import { Engine, VariableCategory } from './workspaces.js';

/** The agents' side of the api: everything bulky goes this way, guarded by (taskId, attempt). */
export const AgentSessionRequest = z.strictObject({
  agentId: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  /** Made by the agent before its first session and kept on its disk: whoever has the id and not this is somebody else. */
  agentSecret: z.string().regex(/^[A-Za-z0-9_-]{43,100}$/),
  podName: text(253).min(1),
  slots: z.int().min(1).max(256),
  concurrency: z.int().min(1).max(256),
  version: text(50),
  /** How it keeps runs apart; null from agents that do not say. */
  isolation: z.enum(RUN_ISOLATION).nullable().default(null),
  /** The session that this one follows in the same process: what it owns goes on. */
  continues: id.nullable().default(null),
});
export type AgentSessionRequest = z.infer<typeof AgentSessionRequest>;

export const AgentSession = z.object({
  sessionId: id,
  /** Bearer token for the data plane, good for this session of this agent. */
  token: z.string(),
  pool: z.string(),
  /** As whom this session speaks on the broker; null where the broker gives nobody users, and its address has to do. */
  broker: z.object({ username: z.string(), password: z.string() }).nullable(),
});
export type AgentSession = z.infer<typeof AgentSession>;

export const AcceptRequest = z.strictObject({ attempt, slotId, phase: TaskPhaseField });
export type AcceptRequest = z.infer<typeof AcceptRequest>;

export const TaskVariable = z.object({
  key: z.string(),
  value: z.string(),
  category: VariableCategory,
  sensitive: z.boolean(),
  hcl: z.boolean(),
});
export type TaskVariable = z.infer<typeof TaskVariable>;

/** A configuration that is stored. */
export const StoredConfiguration = z.object({
  id,
  sha256,
  sizeBytes: z.int(),
  /** Null of an upload. */
  commit: z.string().nullable().default(null),
});
export type StoredConfiguration = z.infer<typeof StoredConfiguration>;

/** What an agent is to fetch, once per task. */
export const AssignedSource = z.object({
  url: z.string(),
  branch: z.string().nullable(),
  path: z.string(),
  token: z.string().nullable(),
  /** Of the archive that is made of it. */
  maxBytes: z.int(),
});
export type AssignedSource = z.infer<typeof AssignedSource>;

/** Shows to others, such as a cloud, what a run is: made anew for each phase, and kept nowhere. */
export const IdentityToken = z.object({
  /** Which of those that the run's variables ask for. */
  name: z.string(),
  audience: z.string(),
  /** A JWT. */
  token: z.string(),
  expiresAt: z.iso.datetime(),
});
export type IdentityToken = z.infer<typeof IdentityToken>;

/** Everything an agent needs for one phase of a task, in the answer to its accept. */
export const TaskAssignment = z.object({
  kind: z.literal('terraform').default('terraform'),
  taskId: id,
  attempt,
  phase: TaskPhaseField,
  operation: z.enum(['plan', 'plan_and_apply', 'apply', 'destroy']),
  workspace: z.object({ id, name: z.string(), workingDirectory: z.string() }),
  engine: Engine,
  engineVersion: z.string().nullable(),
  /** Null as long as nobody has fetched and stored it from `source`. */
  configuration: StoredConfiguration.nullable(),
  source: AssignedSource.nullable().default(null),
  variables: z.array(TaskVariable),
  targets: z.array(z.string()),
  replace: z.array(z.string()),
  refreshOnly: z.boolean(),
  /** Where the plan to apply was made and what it hashed to; null while planning. */
  plan: z
    .object({
      taskId: id,
      agentId: z.string().nullable(),
      podName: z.string().nullable(),
      slotId: z.int().nullable(),
      planHash: sha256.nullable(),
      /** That the plan was made with: another version refuses it. */
      engineVersion: z.string().nullable(),
      /** Of the dependencies that the plan was made with. */
      lockFile: z.string().nullable(),
      /** Whether terraform was handed that file without its hashes, and wants it so again. */
      lockWithoutHashes: z.boolean().default(false),
      /** Of what planning made in the work directory; null where it made nothing. */
      snapshotHash: sha256.nullable(),
      /** Of the modules that init had fetched for it; null where it had fetched none. */
      modulesDigest: sha256.nullable().default(null),
      /** Why the plan can be applied nowhere but in its own slot; null where another one can be made like it. */
      notRestorable: z.string().nullable().default(null),
    })
    .nullable(),
  /** Of the workspace's last plan, for a configuration that brings none along; null while applying. */
  keptLockFile: z.string().nullable(),
  /** Of the workspace, for the digests of its plans; null of an api that has none. */
  digestKey: z.string().nullable().default(null),
  /** Names that key; null of an api that takes no digests of parts. */
  digestKeyId: z.string().nullable().default(null),
  /** Opens the workspace's state for this attempt only. */
  stateToken: z.string(),
  /** None where its variables ask for none, and of an api that issues none. */
  identityTokens: z.array(IdentityToken).default([]),
});
export type TaskAssignment = z.infer<typeof TaskAssignment>;

/** What an agent has accepted. */
export const AcceptedTask = z.union([BuildAssignment, TaskAssignment]);
export type AcceptedTask = z.infer<typeof AcceptedTask>;

/** What the agent has read out of its plan: shown to people, redacted, and compared with the plan before. */
export const PlanDescription = z.strictObject({
  attempt,
  document: PlanContent,
  /** What it is compared with other plans by, where they could be made. */
  digests: PlanDigests.optional(),
  /** Of agents that make no others, and for an api that takes no others: it counts for nothing. */
  digest: sha256.optional(),
  /** The dependency lock file, which terraform wants back unchanged at apply. */
  lockFile: z.string().max(1_000_000).nullable(),
  /** Whether terraform was handed it without its hashes. */
  lockWithoutHashes: z.boolean().default(false),
  /** Of the modules that init has fetched, null where it has fetched none. */
  modulesDigest: sha256.nullable().default(null),
  /** Why an apply in another slot would not be that of this plan, null where it would. */
  notRestorable: z.string().max(1_000).nullable().default(null),
});
export type PlanDescription = z.infer<typeof PlanDescription>;

/** The answer to appended log: where the next piece goes, and whether somebody wants the task to stop. */
export const LogAppended = z.object({
  nextOffset: z.int(),
  stopRequested: z.enum(['cancel', 'discard', 'force_cancel']).nullable(),
});
export type LogAppended = z.infer<typeof LogAppended>;
