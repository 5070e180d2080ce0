import { z } from 'zod';
import { id, time } from './fields.js';

export const DEAD_LETTER_STATES = ['open', 'replayed', 'discarded'] as const;
export const DeadLetterStateField = z.enum(DEAD_LETTER_STATES, {
  error: `must be one of ${DEAD_LETTER_STATES.join(', ')}`,
});
export type DeadLetterState = z.infer<typeof DeadLetterStateField>;

/** A message that nobody could handle, or a task that was refused for good or too often. */
export const DeadLetter = z.object({
  id,
  state: DeadLetterStateField,
  /** The queue in which the message could not be handled; `task` for a task. */
  source: z.string(),
  messageType: z.string().nullable(),
  taskId: id.nullable(),
  attempt: z.int().nullable(),
  reason: z.string(),
  sizeBytes: z.int(),
  firstAt: time,
  createdAt: time,
  replayedAt: time.nullable(),
  discardedAt: time.nullable(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;

/** With what is in it. */
export const DeadLetterDocument = DeadLetter.extend({
  encoding: z.enum(['text', 'base64']),
  /** Of a message longer than 1 MiB, its beginning; `sizeBytes` is the whole. */
  content: z.string(),
  headers: z.record(z.string(), z.unknown()),
});
export type DeadLetterDocument = z.infer<typeof DeadLetterDocument>;

export const ReplayedDeadLetter = DeadLetter.extend({
  /** The task that does the work of a failed one again; null where a message was sent again. */
  newTaskId: id.nullable(),
});
export type ReplayedDeadLetter = z.infer<typeof ReplayedDeadLetter>;
