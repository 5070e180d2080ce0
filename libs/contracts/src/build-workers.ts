import { cutText } from '@berth/domain';
import { z } from 'zod';
import { Platform } from './builds.js';
import { id } from './fields.js';

/** A text of any length, of which so much is kept: what a worker has to say is never lost for its length. */
const longText = (maxLength: number) =>
  z.preprocess(
    (value) =>
      value === null || value === undefined || typeof value === 'string' ? value : JSON.stringify(value),
    z
      .string()
      .nullish()
      .transform((text) => cutText(text ?? '', maxLength)),
  );

const MAX_ERROR = 10_000;
const NO_REASON = 'the worker gave no reason';

/** Why a build failed, as its worker says it. */
export function failureText(text: string | undefined): string {
  return cutText(text ?? '', MAX_ERROR) || NO_REASON;
}

const buildId = z.string().min(1, 'must not be empty').max(100);

export const BuildHeartbeat = z.object({
  build_id: buildId.nullish(),
  progress: z.union([z.number(), longText(200)]).nullish(),
});
export type BuildHeartbeat = z.infer<typeof BuildHeartbeat>;

const MAX_TELEMETRY = 16_000;

/** Measurements as they came, or, where they are too many, the beginning of their text. */
function boundedData(data: unknown): Record<string, unknown> {
  const text = JSON.stringify(data ?? {});
  if (text.length > MAX_TELEMETRY) {
    return { cut: cutText(text, MAX_TELEMETRY) };
  }
  const isRecord = typeof data === 'object' && data !== null && !Array.isArray(data);
  return isRecord
    ? (data as Record<string, unknown>)
    : data === undefined || data === null
      ? {}
      : { value: data };
}

export const BuildTelemetry = z.object({
  type: z
    .string()
    .min(1)
    .transform((type) => type.slice(0, 50).replaceAll(/[^A-Za-z0-9._-]/g, '_')),
  data: z.unknown().transform(boundedData),
});
export type BuildTelemetry = z.infer<typeof BuildTelemetry>;

const WORKER_ID = /^[A-Za-z0-9_-]{1,64}$/;
const MAX_NAME = 253;

const Capabilities = z.object({
  /** Without any, all that workers are for. */
  platforms: z
    .array(Platform)
    .max(10)
    .nullish()
    .transform((platforms) => (platforms?.length ? platforms : [...Platform.options])),
  maxConcurrentBuilds: z
    .int()
    .min(1)
    .max(64)
    .nullish()
    .transform((count) => count ?? 1),
});

export const WorkerRegistration = z.object({
  id: z
    .string()
    .regex(WORKER_ID, 'must be 1 to 64 letters, digits, "_" and "-"; leave it out, and one is made')
    .nullish(),
  name: longText(MAX_NAME).transform((name) => name || 'unnamed worker'),
  capabilities: z.preprocess((given) => given ?? {}, Capabilities),
  active_build_count: z.int().min(0).nullish(),
});
export type WorkerRegistration = z.infer<typeof WorkerRegistration>;

export const RegisteredWorkerAnswer = z.object({
  id,
  access_token: z.string(),
  status: z.enum(['registered', 're-registered']),
});
export type RegisteredWorkerAnswer = z.infer<typeof RegisteredWorkerAnswer>;

export const PollAnswer = z.object({
  job: z
    .object({
      id,
      platform: z.string(),
      /** Paths under the api's address. */
      source_url: z.string(),
      certs_url: z.string().nullable(),
      submitted_at: z.number(),
      /** The password of the build's machine, for POST /api/builds/:id/authenticate. */
      otp: z.string(),
    })
    .nullable(),
  access_token: z.string(),
});
export type PollAnswer = z.infer<typeof PollAnswer>;

/** `error_message` is what the form of a result calls it. */
export const BuildFailure = z
  .object({ build_id: buildId, error: longText(MAX_ERROR), error_message: longText(MAX_ERROR) })
  .transform((body) => ({ build_id: body.build_id, error: body.error || body.error_message || NO_REASON }));
export type BuildFailure = z.infer<typeof BuildFailure>;

export const BuildAbandonment = z.object({
  build_id: buildId,
  reason: longText(1_000).transform((reason) => reason || 'no reason given'),
});
export type BuildAbandonment = z.infer<typeof BuildAbandonment>;

/** Who speaks, where it holds a key alone and says it neither in the query nor in a header. */
export const WorkerNaming = z.object({ worker_id: z.string().optional() });
export type WorkerNaming = z.infer<typeof WorkerNaming>;

export const Success = z.object({ success: z.literal(true) });
export type Success = z.infer<typeof Success>;

export const BuildLogged = Success.extend({ count: z.int() });
export type BuildLogged = z.infer<typeof BuildLogged>;

/** The machine of a build is given no token of its worker. */
export const BuildHeartbeatAnswer = Success.extend({ access_token: z.string().optional() });
export type BuildHeartbeatAnswer = z.infer<typeof BuildHeartbeatAnswer>;

export const WorkerHeartbeatAnswer = Success.extend({ access_token: z.string() });
export type WorkerHeartbeatAnswer = z.infer<typeof WorkerHeartbeatAnswer>;

export const UnregisteredWorker = Success.extend({ builds_reassigned: z.int() });
export type UnregisteredWorker = z.infer<typeof UnregisteredWorker>;

export const WorkerStats = z.object({
  totalBuilds: z.int(),
  successfulBuilds: z.int(),
  failedBuilds: z.int(),
  workerName: z.string(),
  status: z.string(),
  /** Since its last registration, like `3h 12m 5s`. */
  uptime: z.string(),
});
export type WorkerStats = z.infer<typeof WorkerStats>;
