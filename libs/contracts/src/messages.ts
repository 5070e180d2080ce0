import { z } from 'zod';
import { attempt, id, sha256, slotId, time } from './fields.js';
import { Changes, FailureClassField, PhaseRecord, RunObservation, TaskPhaseField } from './tasks.js';

/** Exchanges by what travels on them; their names on the broker are in libs/messaging. */
export type MessageExchange = 'tasks' | 'events';
export type ServiceName = 'api' | 'scheduler' | 'registry' | 'agent';

interface MessageDefinition<S extends z.ZodType> {
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

const owned = { taskId: id, attempt };
const failure = z.object({ code: z.string(), class: FailureClassField, message: z.string().max(8_000) });
const from = { agentId: id, podName: z.string() };
const sampleId = '0192f0c1-0000-7000-8000-000000000001';
const sampleTime = '2026-11-20T10:00:00.000Z';
const sampleOwned = { taskId: sampleId, attempt: 1 };
const sampleFrom = { agentId: 'agent-1', podName: 'pod-1' };

function message<S extends z.ZodType>(definition: MessageDefinition<S>): MessageDefinition<S> {
  return definition;
}

/** The catalogue: every message that crosses the broker. Fields may be added; a changed meaning is a new version. */
export const MESSAGES = {
  'task.assigned': message({
    version: 1,
    schema: z.object({ ...owned, slotId, phase: TaskPhaseField }),
    exchange: 'tasks',
    from: ['scheduler'],
    to: 'agent',
    answered: false,
    purpose: 'The task is yours, committed in the database: accept it and begin.',
    sample: { ...sampleOwned, slotId: 1, phase: 'plan' },
  }),
  'task.stop': message({
    version: 1,
    schema: z.object({ ...owned, slotId, mode: z.enum(['cancel', 'force_cancel']) }),
    exchange: 'tasks',
    from: ['scheduler'],
    to: 'agent',
    answered: false,
    purpose: 'A person wants this work to stop.',
    sample: { ...sampleOwned, slotId: 1, mode: 'cancel' },
  }),
  'task.runnable': message({
    version: 1,
    schema: z.object({ taskId: id }),
    exchange: 'events',
    from: ['api', 'registry', 'scheduler'],
    to: 'scheduler',
    answered: false,
    purpose: 'There may be something to claim: look now and not at the next sweep.',
    sample: { taskId: sampleId },
  }),
  'task.stop_requested': message({
    version: 1,
    schema: z.object({ taskId: id }),
    exchange: 'events',
    from: ['api'],
    to: 'scheduler',
    answered: false,
    purpose: 'A person asked to stop a task that an agent works on: tell the agent.',
    sample: { taskId: sampleId },
  }),
  'task.progressed': message({
    version: 1,
    schema: z.object({
      ...owned,
      ...from,
      phase: TaskPhaseField,
      at: time,
      stage: z.string().max(50),
      message: z.string().max(2_000),
      record: PhaseRecord.optional(),
    }),
    exchange: 'events',
    from: ['agent'],
    to: 'scheduler',
    answered: false,
    purpose: 'A step of the work began: goes to the timeline.',
    sample: {
      ...sampleOwned,
      ...sampleFrom,
      phase: 'plan',
      at: sampleTime,
      stage: 'init',
      message: 'terraform init',
    },
  }),
  'task.observed': message({
    version: 1,
    schema: z.object({
      ...owned,
      ...from,
      phase: TaskPhaseField,
      /** Empty where only the counts are new. */
      observations: z.array(RunObservation).max(500),
      resources: PhaseRecord.shape.resources,
    }),
    exchange: 'events',
    from: ['agent'],
    to: 'scheduler',
    answered: false,
    purpose:
      'What terraform says of single resources while it works: goes to the timeline, a batch at a time.',
    sample: {
      ...sampleOwned,
      ...sampleFrom,
      phase: 'apply',
      observations: [
        {
          at: sampleTime,
          event: 'resource_completed',
          message: 'terraform_data.a: Creation complete after 0s',
          data: { address: 'terraform_data.a', action: 'create', seconds: 0 },
        },
      ],
      resources: { planned: 1, started: 1, completed: 1, failed: 0 },
    },
  }),
  'task.plan_finished': message({
    version: 1,
    schema: z.object({
      ...owned,
      ...from,
      slotId,
      planHash: sha256,
      hasChanges: z.boolean(),
      changes: Changes,
      record: PhaseRecord,
    }),
    exchange: 'events',
    from: ['agent'],
    to: 'scheduler',
    answered: false,
    purpose: 'The plan is made and stored; the slot keeps its work directory.',
    sample: {
      ...sampleOwned,
      ...sampleFrom,
      slotId: 1,
      planHash: 'a'.repeat(64),
      hasChanges: true,
      changes: { add: 1, change: 0, destroy: 0 },
      record: {
        startedAt: sampleTime,
        finishedAt: sampleTime,
        init: { skipped: false, reason: 'first plan', seconds: 1.2 },
      },
    },
  }),
  'task.finished': message({
    version: 1,
    schema: z.object({
      ...owned,
      ...from,
      phase: TaskPhaseField,
      changes: Changes.nullable(),
      record: PhaseRecord,
    }),
    exchange: 'events',
    from: ['agent'],
    to: 'scheduler',
    answered: false,
    purpose: 'The work is done.',
    sample: {
      ...sampleOwned,
      ...sampleFrom,
      phase: 'apply',
      changes: { add: 1, change: 0, destroy: 0 },
      record: { startedAt: sampleTime, finishedAt: sampleTime },
    },
  }),
  'task.failed': message({
    version: 1,
    schema: z.object({
      ...owned,
      ...from,
      phase: TaskPhaseField,
      failure,
      /** The agent's own process was told to stop: nobody's fault. */
      interrupted: z.boolean(),
      /** A person asked for the stop. */
      stopped: z.boolean(),
      /** An apply ended without saving its state: it may be behind what was changed. */
      stateInDoubt: z.boolean().default(false),
      record: PhaseRecord,
    }),
    exchange: 'events',
    from: ['agent'],
    to: 'scheduler',
    answered: false,
    purpose: 'The work ended without success: failed, stopped by a person, or interrupted.',
    sample: {
      ...sampleOwned,
      ...sampleFrom,
      phase: 'plan',
      failure: {
        code: 'TERRAFORM_CONFIGURATION_INVALID',
        class: 'permanent',
        message: 'Unsupported argument',
      },
      interrupted: false,
      stopped: false,
      stateInDoubt: false,
      record: { startedAt: sampleTime, finishedAt: sampleTime },
    },
  }),
  'task.refused': message({
    version: 1,
    schema: z.object({ ...owned, ...from, slotId, phase: TaskPhaseField, failure }),
    exchange: 'events',
    from: ['agent'],
    to: 'scheduler',
    answered: false,
    purpose: 'The agent cannot take the task: for now (transient) or ever (permanent).',
    sample: {
      ...sampleOwned,
      ...sampleFrom,
      slotId: 1,
      phase: 'plan',
      failure: { code: 'AGENT_DRAINING', class: 'transient', message: 'the agent is draining' },
    },
  }),
  'agent.register': message({
    version: 1,
    schema: z.object({
      ...from,
      sessionId: id,
      slots: z.int().min(1).max(256),
      concurrency: z.int().min(1).max(256),
      version: z.string().max(50),
      /** Reserved slots that the agent still holds on its disk. */
      held: z.array(z.object({ ...owned, slotId })),
      /** Applies that an earlier process of the agent has begun in this pod, and that go on. */
      applying: z.array(z.object({ ...owned, slotId })).default([]),
      /** Work that ended before: its results are with the agent or on their way. */
      reported: z.array(z.object(owned)).default([]),
    }),
    exchange: 'events',
    from: ['agent'],
    to: 'registry',
    answered: true,
    purpose: 'An agent is here, its queue is bound and consumed: give it work.',
    sample: {
      ...sampleFrom,
      sessionId: sampleId,
      slots: 4,
      concurrency: 2,
      version: '0.1.0',
      held: [],
      applying: [],
      reported: [sampleOwned],
    },
  }),
  'agent.heartbeat': message({
    version: 1,
    schema: z.object({
      ...from,
      sessionId: id,
      draining: z.boolean(),
      tasks: z.array(z.object({ ...owned, slotId, phase: TaskPhaseField, held: z.boolean() })),
      /** Results that were sent, and kept until the database has moved on. */
      reported: z.array(z.object(owned)).default([]),
    }),
    exchange: 'events',
    from: ['agent'],
    to: 'registry',
    answered: true,
    purpose: 'The agent is alive and has these tasks; the answer names those that it no longer owns.',
    sample: {
      ...sampleFrom,
      sessionId: sampleId,
      draining: false,
      tasks: [{ ...sampleOwned, slotId: 1, phase: 'plan', held: false }],
      reported: [],
    },
  }),
  'agent.stopping': message({
    version: 1,
    schema: z.object({
      ...from,
      sessionId: id,
      /** Its disk stays, and it is expected back: reserved slots wait as long as for a silent agent. */
      keepsSlots: z.boolean(),
    }),
    exchange: 'events',
    from: ['agent'],
    to: 'registry',
    answered: false,
    purpose:
      'The agent says goodbye: it is given nothing more, and unless its disk stays its slots are gone.',
    sample: { ...sampleFrom, sessionId: sampleId, keepsSlots: false },
  }),
} as const;

export type MessageType = keyof typeof MESSAGES;
export const MESSAGE_TYPES = Object.keys(MESSAGES) as MessageType[];
export type MessageOf<T extends MessageType> = z.infer<(typeof MESSAGES)[T]['schema']>;
