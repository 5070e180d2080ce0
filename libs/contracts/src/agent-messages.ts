import { z } from 'zod';
import { id, slotId } from './fields.js';
import { from, message, owned, sampleFrom, sampleId, sampleOwned } from './message-definition.js';
import { TaskPhaseField } from './tasks.js';

/** What agents say of themselves. */
export const AGENT_MESSAGES = {
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
      /** Applies that an earlier process of the agent has accepted, and for which terraform was never started. */
      notBegun: z.array(z.object({ ...owned, slotId })).default([]),
      /** Work that ended before: its results are with the agent or on their way. */
      reported: z.array(z.object(owned)).default([]),
    }),
    exchange: 'reports',
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
      notBegun: [],
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
    exchange: 'reports',
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
    exchange: 'reports',
    from: ['agent'],
    to: 'registry',
    answered: false,
    purpose:
      'The agent says goodbye: it is given nothing more, and unless its disk stays its slots are gone.',
    sample: { ...sampleFrom, sessionId: sampleId, keepsSlots: false },
  }),
} as const;
