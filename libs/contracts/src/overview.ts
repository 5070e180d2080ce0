import { z } from 'zod';
import { time } from './fields.js';

/** Milliseconds; null where nothing was measured. */
const Latency = z.object({ count: z.int(), p50Ms: z.number().nullable(), p95Ms: z.number().nullable() });

/** What waits, and how quick things went, of what the caller may see. */
export const Overview = z.object({
  /** Tasks that have not started, by the pool and the code of the reason; those that wait longest first. */
  queue: z.array(
    z.object({
      pool: z.string(),
      code: z.string(),
      tasks: z.int(),
      /** Since when the first of them has waited. */
      oldestAt: time,
    }),
  ),
  /** How many more wait than were looked at: the newest ones. */
  notLookedAt: z.int(),
  /** By the hour, the last 24 of them, the present one included. */
  latency: z.array(
    z.object({
      /** When the hour begins. */
      at: time,
      /** From a task becoming runnable to its assignment. */
      dispatch: Latency,
      /** From the last confirmation to terraform's start. */
      confirmToApply: Latency,
    }),
  ),
});
export type Overview = z.infer<typeof Overview>;
