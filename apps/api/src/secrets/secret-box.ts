import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals values with AES-256-GCM. What a value is for is part of the seal, so one cannot stand in for another. */
export class SecretBox {
  private readonly key: Buffer;

  /** @param encryptionKey 32 bytes in base64 */
  constructor(encryptionKey: string) {
    this.key = deriveKey(encryptionKey, 'seal');
  }

  seal(purpose: string, content: Buffer): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv).setAAD(Buffer.from(purpose));
    const sealed = Buffer.concat([cipher.update(content), cipher.final()]);
    return Buffer.concat([Buffer.from([VERSION]), iv, cipher.getAuthTag(), sealed]);
  }

  /** @throws Error where the value was sealed with another key, for another purpose, or was changed */
  open(purpose: string, sealed: Buffer): Buffer {
    if (sealed[0] !== VERSION) {
      throw new Error(`a sealed value for ${purpose} has an unknown form`);
    }
    const iv = sealed.subarray(1, 1 + IV_BYTES);
    const tag = sealed.subarray(1 + IV_BYTES, 1 + IV_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.key, iv)
      .setAAD(Buffer.from(purpose))
      .setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(sealed.subarray(1 + IV_BYTES + TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw new Error(
        `a sealed value for ${purpose} cannot be opened: is BERTH_ENCRYPTION_KEY another one?`,
        { cause },
      );
    }
  }
}

/** A key for one use, from the one that the operator gives. */
export function deriveKey(encryptionKey: string, use: string): Buffer {
  return Buffer.from(
    hkdfSync('sha256', Buffer.from(encryptionKey, 'base64'), Buffer.alloc(0), `berth ${use}`, 32),
  );
}
