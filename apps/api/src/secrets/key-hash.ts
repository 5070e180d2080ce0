import { createHash, randomBytes } from 'node:crypto';

/** How a key is kept: keys are random and long, so one round of SHA-256 is enough, and looking one up leaks no prefix. */
export function keyHash(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** A new secret of 43 url-safe characters behind its prefix. */
export function newKey(prefix: string): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}
