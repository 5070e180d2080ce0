import { z } from 'zod';
import { CreateBuild } from './builds.js';
import { id, sha256, text, time } from './fields.js';
import { contradictions } from './impossible-task.js';
import { planDigestFields } from './plan-digests.js';
import { VariableKey } from './workspaces.js';

export const TaskStatusField = z.enum([
  'pending',
  'assigned',
  'planning',
  'apply_pending',
  'apply_queued',
  'applying',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'discarded',
]);
export const TaskPhaseField = z.enum(['plan', 'apply', 'build']);
export const FailureClassField = z.enum(['transient', 'permanent']);

const resourceAddress = text(1_000)
  .min(1)
  .refine((value) => !value.startsWith('-'), {
    error: 'must be a resource address, such as "aws_instance.web[0]"',
  });

/** A value that one task is given, in the place of its workspace's where that has one of the name. */
export const GivenVariable = z.strictObject({
  key: VariableKey,
  value: text(262_144),
  /** The value is an expression, not a text. */
  hcl: z.boolean().optional(),
});
export type GivenVariable = z.infer<typeof GivenVariable>;

/** Fields may be added, none renamed. `destroy` is plan_and_apply with -destroy. */
export const CreateTask = z
  .strictObject({
    kind: z.literal('terraform').optional(),
    workspaceId: id,
    operation: z.enum(['plan', 'plan_and_apply', 'apply', 'destroy']),
    configurationId: id.optional(),
    planTaskId: id.optional(),
    message: text(1_000).optional(),
    priority: z.int().min(-100).max(100).optional(),
    targets: z.array(resourceAddress).max(100).optional(),
    replace: z.array(resourceAddress).max(100).optional(),
    refreshOnly: z.boolean().optional(),
    autoApply: z.boolean().optional(),
    variables: z.array(GivenVariable).max(100).optional(),
  })
  .refine((task) => (task.operation === 'apply') === (task.planTaskId !== undefined), {
    path: ['planTaskId'],
    error: 'must be given for operation "apply", and only for it',
  })
  .superRefine((task, context) => {
    for (const { field, error } of contradictions(task)) {
      context.addIssue({ code: 'custom', path: [field], message: error });
    }
  });
export type CreateTask = z.infer<typeof CreateTask>;

/** What `kind` says; without it, a terraform task. */
export const CreateTaskOrBuild = z.discriminatedUnion('kind', [CreateBuild, CreateTask]);
export type CreateTaskOrBuild = z.infer<typeof CreateTaskOrBuild>;

export const TaskAction = z.strictObject({ comment: text(1_000).optional() });
export type TaskAction = z.infer<typeof TaskAction>;

/**
 * A confirmation counts for the plan of `planHash` only: another one by now is a 409. A service key may leave it out
 * where its workspace asks for one approval, while the task waits with its first plan.
 */
export const TaskConfirmation = z.strictObject({
  ...TaskAction.shape,
  planHash: sha256
    .describe(
      'The plan that is confirmed, as the task names it. People give it always, and service keys once the task has planned again or its workspace asks for several approvals: another one by now is 409 PLAN_CHANGED, which names the plan that waits now in its planHash',
    )
    .optional(),
});
export type TaskConfirmation = z.infer<typeof TaskConfirmation>;

/** A step that may be skipped in a warm slot, and why it was or was not. */
export const SkippableStep = z.object({
  skipped: z.boolean(),
  reason: z.string(),
  seconds: z.number(),
});
export type SkippableStep = z.infer<typeof SkippableStep>;

/** A named step of a run, from its beginning to its end. */
export const RunStep = z.object({
  name: z.string(),
  startedAt: time.optional(),
  seconds: z.number().nullable(),
  failed: z.boolean().optional(),
});
export type RunStep = z.infer<typeof RunStep>;

/** What is known of one phase's run. Times are the agent's clock. */
export const PhaseRecord = z.object({
  startedAt: time.nullable().optional(),
  finishedAt: time.nullable().optional(),
  /** When terraform's own plan or apply process was started. */
  processStartedAt: time.nullable().optional(),
  /** When that process said its version: its own start was over. */
  versionLineAt: time.nullable().optional(),
  /** When its first change of a resource began. */
  firstChangeAt: time.nullable().optional(),
  /** How many resources it plans to change, and how far it has come with them. */
  resources: z.object({ planned: z.int(), started: z.int(), completed: z.int(), failed: z.int() }).optional(),
  init: SkippableStep.optional(),
  /** Of an apply: each comparison that decided whether it begins warm, in words. */
  warmChecks: z.array(z.string().max(1_000)).max(50).optional(),
  planRestore: z.object({ skipped: z.boolean(), seconds: z.number() }).optional(),
  /** The named steps in their order; `seconds` are null while a step runs. */
  steps: z.array(RunStep).optional(),
  engineVersion: z.string().optional(),
  /** Of a build, as its worker tells it. */
  progress: z.union([z.number(), z.string()]).optional(),
  /** The newest of each type. */
  telemetry: z.record(z.string(), z.unknown()).optional(),
});
export type PhaseRecord = z.infer<typeof PhaseRecord>;

/** What terraform says of one resource, or of what is wrong, while it works. */
export const RunObservation = z.object({
  at: time,
  event: z.enum([
    'resource_planned',
    'resource_drifted',
    'resource_started',
    'resource_progressed',
    'resource_completed',
    'resource_failed',
    'diagnostic',
    'observations_cut',
  ]),
  message: z.string().max(2_000),
  /** Of a resource: `address`, `action`, `type`, `seconds`; of a diagnostic: `severity`, `address`, `file`, `line`. */
  data: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});
export type RunObservation = z.infer<typeof RunObservation>;

/** The kinds that terraform's three numbers leave out are 0 where they are missing: older agents do not count them. */
export const Changes = z.object({
  add: z.int(),
  change: z.int(),
  destroy: z.int(),
  import: z.int().default(0),
  move: z.int().default(0),
  forget: z.int().default(0),
  /** Resources whose recorded values change, of a plan that only refreshes. */
  drift: z.int().default(0),
  outputs: z.int().default(0),
  /** Invocations of providers' actions. */
  actions: z.int().default(0),
  /** What terraform says that it would do and Berth cannot count. */
  other: z.int().default(0),
});
export type Changes = z.infer<typeof Changes>;

/** What terraform counts at the end of an apply. */
export const AppliedChanges = z.object({
  add: z.int(),
  change: z.int(),
  destroy: z.int(),
  import: z.int().default(0),
});
export type AppliedChanges = z.infer<typeof AppliedChanges>;

/** Where a task's configuration comes from, as it was when the task was created. */
export const TaskSource = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('git'),
    url: z.string(),
    branch: z.string().nullable(),
    path: z.string(),
    /** Null until an agent has fetched it; the same one from then on, whatever is pushed. */
    commit: z.string().nullable(),
  }),
  z.object({ kind: z.literal('upload') }),
]);
export type TaskSource = z.infer<typeof TaskSource>;

export const Task = z.object({
  id,
  kind: z.enum(['terraform', 'build']),
  operation: z.enum(['plan', 'plan_and_apply', 'apply', 'destroy']).nullable(),
  workspaceId: id.nullable(),
  /** As it is called now; null of a build. */
  workspace: z.object({ id, name: z.string(), projectId: id }).nullable(),
  /** Who queued it, as the timeline has them. */
  createdBy: z.string().nullable(),
  /** Of a build that polling workers do. */
  platform: z.string().nullable(),
  /** Null until the first plan of a task with a git source has fetched it. */
  configurationId: id.nullable(),
  source: TaskSource.nullable(),
  planTaskId: id.nullable(),
  message: z.string().nullable(),
  status: TaskStatusField,
  phase: TaskPhaseField,
  /** What it is doing in words, finer than the status. */
  stage: z.string(),
  /** Why it has not started, in words, with a code that stays the same; null once an agent is at work, and at the end. */
  waiting: z
    .object({
      code: z.string(),
      message: z.string(),
      /** The task in its way: the active one of its workspace, or the one that holds the state's lock. */
      taskId: id.nullable(),
    })
    .nullable(),
  priority: z.int(),
  attempt: z.int(),
  retries: z.int(),
  maxRetries: z.int(),
  agentId: id.nullable(),
  podName: z.string().nullable(),
  slotId: z.int().nullable(),
  planHash: sha256.nullable(),
  /** Of the plan with that hash. */
  ...planDigestFields,
  reservation: z
    .object({ agentId: id, podName: z.string(), slotId: z.int(), reservedUntil: time })
    .nullable(),
  /** Of the request that queued it, or of its present try; null where nobody collects traces. */
  traceId: z.string().nullable(),
  phases: z.object({
    plan: PhaseRecord.optional(),
    apply: PhaseRecord.optional(),
    build: PhaseRecord.optional(),
  }),
  changes: Changes.nullable(),
  /** After a second plan: whether it is the same as the one before. */
  planIdentical: z.boolean().nullable(),
  error: z.object({ code: z.string(), class: FailureClassField, message: z.string() }).nullable(),
  targets: z.array(z.string()),
  replace: z.array(z.string()),
  /** Names of the variables that this task was given, whose values are shown to nobody. */
  variables: z.array(z.string()),
  refreshOnly: z.boolean(),
  autoApply: z.boolean(),
  /** How many people have to confirm its plan, and who has, of the plan that it has now; null of a build. */
  approvals: z
    .object({
      needed: z.int(),
      given: z.array(z.object({ actor: z.string(), comment: z.string().nullable(), at: time })),
    })
    .nullable(),
  stopRequested: z.enum(['cancel', 'discard', 'force_cancel']).nullable(),
  runAfter: time.nullable(),
  createdAt: time,
  assignedAt: time.nullable(),
  startedAt: time.nullable(),
  confirmedAt: time.nullable(),
  finishedAt: time.nullable(),
});
export type Task = z.infer<typeof Task>;

/** A piece of a followed log: the text from a byte offset on. */
export const LogPiece = z.object({ offset: z.int(), text: z.string() });
export type LogPiece = z.infer<typeof LogPiece>;

/** One line of a task's timeline. */
export const TaskEvent = z.object({
  id,
  taskId: id,
  at: time,
  /** What happened: a verb of the lifecycle, or a step of the work. */
  event: z.string(),
  fromStatus: TaskStatusField.nullable(),
  toStatus: TaskStatusField.nullable(),
  attempt: z.int(),
  /** Who: `user:<key name>`, `agent:<agentId>`, `scheduler`, `registry`, `api`. */
  actor: z.string(),
  message: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type TaskEvent = z.infer<typeof TaskEvent>;
