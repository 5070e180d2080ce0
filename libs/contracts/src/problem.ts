import { z } from 'zod';

/** An error of the API, RFC 9457 (application/problem+json), with a stable `code`. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  /** Which fields of the request are wrong, and how. */
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  /** The detail again, where existing clients of builds look for it. */
  error: z.string().optional(),
  /** Of a 409: the status that the task is in. */
  currentStatus: z.string().optional(),
  /** Of a 409 PLAN_CHANGED: the plan that waits now. */
  planHash: z.string().optional(),
  /** Of a 403: what it takes. */
  permission: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;
