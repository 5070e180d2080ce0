import { randomBytes } from 'node:crypto';

/** Of 64 characters, each as likely: 32 of them hold 192 bits. */
export function newWorkerToken(): string {
  return randomBytes(24).toString('base64url');
}
