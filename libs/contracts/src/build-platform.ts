import { z } from 'zod';

/** That the platform is there, for whoever has no key. */
export const PlatformHealth = z.object({
  status: z.enum(['ok', 'degraded']),
  /** Whether it can do all its work now. */
  ready: z.boolean(),
  service: z.literal('berth'),
});
export type PlatformHealth = z.infer<typeof PlatformHealth>;

/** Of the organization whose key asks. */
export const PlatformStats = z.object({
  nodesOnline: z.int(),
  buildsQueued: z.int(),
  activeBuilds: z.int(),
  /** Completed since midnight, UTC. */
  buildsToday: z.int(),
  /** Completed or failed. */
  totalBuilds: z.int(),
  totalBuildTimeMs: z.number(),
});
export type PlatformStats = z.infer<typeof PlatformStats>;

const MAX_CHECKS = 32_000;

/** What does not fit is left out whole, and said so. */
function boundedChecks(checks: unknown): unknown[] {
  const list = Array.isArray(checks) ? (checks as unknown[]) : [];
  return JSON.stringify(list).length > MAX_CHECKS
    ? [{ name: 'cut', message: `the checks had more than ${MAX_CHECKS} characters and were not kept` }]
    : list;
}

/** A worker says how it is. Of each worker the newest is kept. */
export const DiagnosticReport = z.object({
  status: z.enum(['healthy', 'warning', 'critical']),
  duration_ms: z
    .number()
    .nullish()
    .transform((ms) => ms ?? null),
  auto_fixed: z
    .boolean()
    .nullish()
    .transform((fixed) => fixed ?? false),
  checks: z.unknown().transform(boundedChecks),
});
export type DiagnosticReport = z.infer<typeof DiagnosticReport>;

export const KeptReport = z.object({
  worker_id: z.string(),
  /** Milliseconds since the epoch. */
  run_at: z.number(),
  status: z.string(),
  duration_ms: z.number().nullable(),
  auto_fixed: z.boolean(),
  checks: z.array(z.unknown()),
});
export type KeptReport = z.infer<typeof KeptReport>;

export const KeptReports = z.object({ worker_id: z.string().nullable(), reports: z.array(KeptReport) });
export type KeptReports = z.infer<typeof KeptReports>;
