import { z } from 'zod';

/** Ids are opaque: callers must not read meaning into them. */
export const id = z.string().min(1).max(100);
/** RFC 3339, UTC. */
export const time = z.iso.datetime();
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex');
export const attempt = z.int().min(1);
export const slotId = z.int().min(1);
/** Names are used in paths and logs. */
export const name = z
  .string()
  .min(1)
  .max(90)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'may hold letters, digits, ".", "_" and "-", and begins with a letter or digit',
  );
