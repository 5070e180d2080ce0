import { z } from 'zod';
import { time } from './fields.js';

/** What a client has to know of an installation before it sends anything large, and to judge its own clock. */
export const Installation = z.object({
  version: z.string(),
  /** The api's clock. */
  now: time,
  /** Of an upload of a configuration. */
  limits: z.object({
    /** Of the archive. */
    configurationBytes: z.int(),
    /** Of what is in it. */
    unpackedBytes: z.int(),
    entries: z.int(),
  }),
  /** Where people look at a trace: an address with `{traceId}` in it. */
  traceUrl: z.string().nullable(),
});
export type Installation = z.infer<typeof Installation>;
