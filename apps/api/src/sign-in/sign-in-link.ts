import { keyHash, newKey } from '../secrets/key-hash.js';

const PREFIX = 'berth_link';
const DAY_MS = 86_400_000;

/** A new link's secret, and what is kept of it. */
export function newSignInLink() {
  const token = newKey(PREFIX);
  return { token, row: { tokenHash: keyHash(token), expiresAt: new Date(Date.now() + DAY_MS) } };
}

/** What a person opens. */
export function signInLinkAt(publicUrl: string, token: string): string {
  return `${publicUrl}/sign-in/link?token=${token}`;
}
