import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM: the nonce, the tag, and what is encrypted. What it is for is part of the tag. */
export function encrypt(key: Buffer, purpose: string, content: Buffer): readonly [Buffer, Buffer, Buffer] {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose));
  const encrypted = Buffer.concat([cipher.update(content), cipher.final()]);
  return [iv, cipher.getAuthTag(), encrypted];
}

/** Null where it was encrypted with another key, for another purpose, or was changed. */
export function decrypt(key: Buffer, purpose: string, sealed: Buffer): Buffer | null {
  const encrypted = sealed.subarray(IV_BYTES + TAG_BYTES);
  if (sealed.length < IV_BYTES + TAG_BYTES) {
    return null;
  }
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES))
    .setAAD(Buffer.from(purpose))
    .setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(encrypted), decipher.final()]);
  } catch {
    return null;
  }
}

/** A key for one use, and with a salt for one thing alone. */
export function deriveKey(secret: Buffer, use: string, salt: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, `berth ${use}`, KEY_BYTES));
}
