import { z } from 'zod';
import { attempt, id, name, queryInt4, sha256, text, time } from './fields.js';

/** The build workers' protocol. Its fields are the protocol's own, and what it does not know it ignores. */
export const Platform = z.enum(['ios', 'android']);
export type Platform = z.infer<typeof Platform>;

export const BuildStatus = z.enum(['pending', 'assigned', 'building', 'completed', 'failed', 'cancelled']);
export type BuildStatus = z.infer<typeof BuildStatus>;

export const SubmittedBuild = z.object({
  id,
  status: BuildStatus,
  platform: Platform,
  /** Milliseconds since the epoch. */
  submitted_at: z.number(),
  /** Opens this build only. */
  access_token: z.string(),
});
export type SubmittedBuild = z.infer<typeof SubmittedBuild>;

export const RetriedBuild = SubmittedBuild.extend({ original_build_id: id });
export type RetriedBuild = z.infer<typeof RetriedBuild>;

export const CancelledBuild = z.object({ success: z.literal(true), status: BuildStatus });
export type CancelledBuild = z.infer<typeof CancelledBuild>;

/** Existing command lines know no `cancelled`: such a build has failed here, and says why. */
export const BuildStateStatus = BuildStatus.exclude(['cancelled']);
export type BuildStateStatus = z.infer<typeof BuildStateStatus>;

/** Times are milliseconds since the epoch. */
export const BuildState = z.object({
  id,
  status: BuildStateStatus,
  platform: z.string(),
  worker_id: z.string().nullable(),
  submitted_at: z.number(),
  started_at: z.number().nullable(),
  completed_at: z.number().nullable(),
  error_message: z.string().nullable(),
});
export type BuildState = z.infer<typeof BuildState>;

export const Build = z.object({
  id,
  status: BuildStatus,
  platform: z.string(),
  worker_id: z.string().nullable(),
  worker_name: z.string().nullable(),
  submitted_at: time,
  started_at: time.nullable(),
  completed_at: time.nullable(),
  error_message: z.string().nullable(),
  has_result: z.boolean(),
  original_build_id: z.string().nullable(),
  createdAt: time,
  completedAt: time.optional(),
  updated_at: time,
});
export type Build = z.infer<typeof Build>;

export const BuildListQuery = z.object({
  status: BuildStatus.optional(),
  platform: Platform.optional(),
  worker_id: z.string().max(100).optional(),
  limit: queryInt4(1, 1_000).default(1_000),
});
export type BuildListQuery = z.infer<typeof BuildListQuery>;

/** Clients of one kind read an object, those of another a plain array. */
export const ActiveBuildsQuery = z.object({ shape: z.enum(['object', 'array']).default('object') });
export type ActiveBuildsQuery = z.infer<typeof ActiveBuildsQuery>;

/** A build that a worker has; times are milliseconds since the epoch. */
export const ActiveBuild = z.object({
  id,
  status: BuildStatus,
  platform: z.string(),
  worker_id: z.string().nullable(),
  worker_name: z.string().nullable(),
  submitted_at: z.number(),
  started_at: z.number().nullable(),
});
export type ActiveBuild = z.infer<typeof ActiveBuild>;

/** `Build` in the array. */
export const ActiveBuilds = z.union([z.object({ builds: z.array(ActiveBuild) }), z.array(Build)]);
export type ActiveBuilds = z.infer<typeof ActiveBuilds>;

export const BuildStatistics = z.record(z.string(), z.int());
export type BuildStatistics = z.infer<typeof BuildStatistics>;

/** One command of a build on an agent. */
export const BuildStep = z.strictObject({
  name: name.optional(),
  /** Given to `sh -e`. */
  run: z.string().min(1).max(64_000),
  /** Below the build's work directory. */
  workingDirectory: z
    .string()
    .max(500)
    .refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), {
      error: 'must be a path below the work directory, without ".."',
    })
    .optional(),
  environment: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name of a variable'),
      z.string().max(32_000),
    )
    .optional(),
  timeoutSeconds: z.int().min(1).max(86_400).optional(),
});
export type BuildStep = z.infer<typeof BuildStep>;

/** A path with `*` and `**` below the work directory. */
const artifactGlob = z
  .string()
  .min(1)
  .max(500)
  .refine((glob) => !glob.startsWith('/') && !glob.split('/').includes('..'), {
    error: 'must be a pattern below the work directory, without ".."',
  });

export const CreateBuild = z.strictObject({
  kind: z.literal('build'),
  /** The pool whose agents run it. */
  pool: name.optional(),
  /** What POST /api/v1/sources has given. */
  sourceId: id.optional(),
  steps: z.array(BuildStep).min(1).max(100),
  artifacts: z.array(artifactGlob).max(100).optional(),
  message: text(1_000).optional(),
  priority: z.int().min(-100).max(100).optional(),
  maxRetries: z.int().min(0).max(100).optional(),
});
export type CreateBuild = z.infer<typeof CreateBuild>;

/** What an agent needs to do a build, in the answer to its accept. */
export const BuildAssignment = z.object({
  kind: z.literal('build'),
  taskId: id,
  attempt,
  phase: z.literal('build'),
  /** A tar.gz; null where the steps need none. */
  source: z.object({ sizeBytes: z.number(), sha256 }).nullable(),
  steps: z.array(BuildStep),
  artifacts: z.array(z.string()),
  /** Of each file. */
  maxArtifactMb: z.int(),
});
export type BuildAssignment = z.infer<typeof BuildAssignment>;

export const StoredSource = z.object({ id, sizeBytes: z.number(), sha256: z.string() });
export type StoredSource = z.infer<typeof StoredSource>;

export const BuildArtifact = z.object({
  id,
  path: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  createdAt: time,
});
export type BuildArtifact = z.infer<typeof BuildArtifact>;
