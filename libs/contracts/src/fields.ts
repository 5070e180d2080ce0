import { z } from 'zod';
import { isStorable, UNSTORABLE_TEXT } from './storable-text.js';

/** What PostgreSQL's integer holds, which is what numbers of requests end in. */
export const MAX_INT4 = 2_147_483_647;

/** A text that can be stored and read back as it was given. */
export function text(maxLength: number) {
  return z.string().max(maxLength).refine(isStorable, { error: UNSTORABLE_TEXT });
}

/** A whole number of a body. */
export function int4(min: number, max = MAX_INT4) {
  return z.int().min(min).max(max);
}

/** A whole number of a query or a header: digits, and nothing else that JavaScript takes for a number. */
export function queryInt4(min: number, max = MAX_INT4) {
  return z.preprocess(
    (given) => (typeof given === 'string' && /^-?\d{1,10}$/.test(given) ? Number(given) : given),
    z
      .int({ error: `must be a whole number from ${min} to ${max}` })
      .min(min)
      .max(max),
  );
}

/** Where a list goes on, as a list call has given it. */
export const cursor = z
  .string()
  .max(500)
  .regex(/^[A-Za-z0-9_-]+$/, 'must be a nextCursor that a list call has given');

/** Behind the end of every log: one has 1,000 MB at the most. */
export const MAX_LOG_OFFSET = 2 ** 30;

export const logOffset = queryInt4(0, MAX_LOG_OFFSET);

/** The place of an event in a timeline, as a text: it may have more digits than a number holds. */
export const eventPlace = z.string().regex(/^\d{1,18}$/, 'must be a nextCursor that this call has given');

/** Ids are opaque: callers must not read meaning into them. */
export const id = text(100).min(1);
/** RFC 3339, UTC. */
export const time = z.iso.datetime();
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex');
export const attempt = int4(1);
export const slotId = int4(1);
/** Names are used in paths and logs. */
export const name = z
  .string()
  .min(1)
  .max(90)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'may hold letters, digits, ".", "_" and "-", and begins with a letter or digit',
  );
