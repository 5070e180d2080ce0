import { z } from 'zod';
import { attempt, id, slotId } from './fields.js';

const owned = { taskId: id, attempt };

/** The registry's answer to a registration. */
export const RegisterAnswer = z.object({
  /** False where the session is unknown or a newer one has replaced it: the agent gets a new session. */
  registered: z.boolean(),
  reason: z.string().nullable(),
  heartbeatIntervalMs: z.int(),
  /** Held slots that the agent must empty: their tasks went elsewhere. */
  release: z.array(z.object({ ...owned, slotId })),
});
export type RegisterAnswer = z.infer<typeof RegisterAnswer>;

/** The registry's answer to a heartbeat. */
export const HeartbeatAnswer = z.object({
  /** False where the registry does not know this session: the agent registers again. */
  known: z.boolean(),
  /** Tasks of the heartbeat that the agent no longer owns: stop them, empty their slots. */
  stale: z.array(z.object({ ...owned, slotId })),
  /** Reported results that the database knows of: the agent forgets them. */
  settled: z.array(z.object(owned)).default([]),
});
export type HeartbeatAnswer = z.infer<typeof HeartbeatAnswer>;
