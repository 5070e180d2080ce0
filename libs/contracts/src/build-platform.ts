import { cutText } from '@berth/domain';
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

const MAX_REPORT = 32_000;

/**
 * A worker says how it is, in words of its own: existing ones send status, duration_ms, auto_fixed and checks. Of each
 * worker the newest is kept; one that is too long is kept as the beginning of its text.
 */
export const DiagnosticReport = z.record(z.string(), z.unknown()).transform(({ worker_id: _, ...report }) => {
  const text = JSON.stringify(report);
  return text.length > MAX_REPORT ? { cut: cutText(text, MAX_REPORT) } : report;
});
export type DiagnosticReport = z.infer<typeof DiagnosticReport>;

export const StoredReport = z.object({ success: z.literal(true), status: z.literal('stored') });
export type StoredReport = z.infer<typeof StoredReport>;

/** What the worker said, with who it was and when (in milliseconds since the epoch). */
export const KeptReport = z.looseObject({ worker_id: z.string(), run_at: z.number() });
export type KeptReport = z.infer<typeof KeptReport>;

/** Null for both: no worker has reported yet. */
export const LatestReport = z.looseObject({
  worker_id: z.string().nullable(),
  run_at: z.number().nullable(),
});
export type LatestReport = z.infer<typeof LatestReport>;

export const KeptReports = z.object({ worker_id: z.string().nullable(), reports: z.array(KeptReport) });
export type KeptReports = z.infer<typeof KeptReports>;
