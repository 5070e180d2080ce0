import { decrypt, deriveKey, encrypt } from './cipher.js';

const VERSION = 1;

/** Wraps data keys with the key that the operator keeps, which does nothing else. */
export class KeyWrap {
  /** Says which key it is and tells nothing of it. */
  readonly name: string;
  private readonly key: Buffer;
  private readonly secret: Buffer;

  /** @param encryptionKey 32 bytes in base64 */
  constructor(encryptionKey: string) {
    this.secret = Buffer.from(encryptionKey, 'base64');
    this.key = deriveKey(this.secret, 'wrap');
    this.name = deriveKey(this.secret, 'name of the encryption key').toString('hex').slice(0, 16);
  }

  /**
   * What an installation of before there were data keys has derived its keys from, and sealed with. It becomes its root, so
   * that all of it stays as it is.
   */
  get formerRoot(): Buffer {
    return this.secret;
  }

  wrap(kind: string, key: Buffer): Buffer {
    return Buffer.concat([Buffer.from([VERSION]), ...encrypt(this.key, `${kind} key`, key)]);
  }

  /** Null where another key has wrapped it. */
  unwrap(kind: string, wrapped: Buffer): Buffer | null {
    return wrapped[0] === VERSION ? decrypt(this.key, `${kind} key`, wrapped.subarray(1)) : null;
  }
}
