import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { deriveKey } from './cipher.js';
import type { DataKey, DataKeys } from './data-keys.js';
import { STORED_FILE_SEAL } from './seals.js';
import { DataKeyUnknown, HEADER_BYTES, headerOf } from './secret-box.js';

const CIPHER = 'aes-256-gcm';
const OF_STREAM = 3;
const SALT_BYTES = 32;
const BEGINNING_BYTES = HEADER_BYTES + SALT_BYTES;
const RECORD_BYTES = 64 * 1024;
const TAG_BYTES = 16;

/** How large a file is in the store that holds so many bytes. */
export function sealedSize(plainBytes: number): number {
  return BEGINNING_BYTES + plainBytes + TAG_BYTES * Math.max(1, Math.ceil(plainBytes / RECORD_BYTES));
}

/**
 * Cuts a stream into records of one size, of which the last one may be shorter. One is passed on when it is known whether
 * another follows, so that no more than one is held.
 */
abstract class Records extends Transform {
  private readonly record: Buffer;
  private held = 0;

  constructor(recordBytes: number) {
    super();
    this.record = Buffer.allocUnsafe(recordBytes);
  }

  override _transform(piece: Buffer, _: BufferEncoding, done: TransformCallback): void {
    settled(done, () => {
      this.gather(piece);
    });
  }

  override _flush(done: TransformCallback): void {
    settled(done, () => {
      this.push(this.passed(this.record.subarray(0, this.held), true));
    });
  }

  protected gather(piece: Buffer): void {
    for (let at = 0; at < piece.length;) {
      if (this.held === this.record.length) {
        this.push(this.passed(this.record, false));
        this.held = 0;
      }
      const copied = piece.copy(this.record, this.held, at);
      this.held += copied;
      at += copied;
    }
  }

  /** The record's memory is used again for the next one. */
  protected abstract passed(record: Buffer, isLast: boolean): Buffer;
}

/**
 * Seals a file of any size while it passes, in constant memory:
 *
 *     3 | number of the data key | salt | records of 64 KiB, each encrypted and with its tag
 *
 * Each file has a key of its own, derived from the data key, the salt and the id under which the file is stored. A record's
 * nonce is its place and whether it is the last: so none can be changed, left out, repeated or moved, here or to another
 * file, and none can be cut off. This is STREAM of Hoang, Reyhanitabar, Rogaway and Vizár, "Online Authenticated-Encryption
 * and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015.
 */
export class SealStream extends Records {
  private readonly key: Buffer;
  private readonly nonces = new Nonces();

  constructor(dataKey: DataKey, objectId: string) {
    super(RECORD_BYTES);
    const salt = randomBytes(SALT_BYTES);
    this.key = fileKey(dataKey.key, salt, objectId);
    this.push(Buffer.concat([headerOf(dataKey.id, OF_STREAM), salt]));
  }

  protected override passed(record: Buffer, isLast: boolean): Buffer {
    const cipher = createCipheriv(CIPHER, this.key, this.nonces.next(isLast));
    return Buffer.concat([cipher.update(record), cipher.final(), cipher.getAuthTag()]);
  }
}

/**
 * Opens what `SealStream` has sealed. What comes out was sealed so, record by record; only the stream's end says that it is all.
 * It breaks with DataKeyUnknown, and with an Error where the file was changed or is not the one that was stored under this id.
 */
export class OpenStream extends Records {
  private readonly beginning = Buffer.alloc(BEGINNING_BYTES);
  private begun = 0;
  private key: Buffer | null = null;
  private readonly nonces = new Nonces();

  constructor(
    private readonly keys: DataKeys,
    private readonly objectId: string,
  ) {
    super(RECORD_BYTES + TAG_BYTES);
  }

  protected override gather(piece: Buffer): void {
    const copied = piece.copy(this.beginning, this.begun);
    this.begun += copied;
    if (this.begun === BEGINNING_BYTES) {
      this.key ??= this.keyOfBeginning();
      super.gather(piece.subarray(copied));
    }
  }

  protected override passed(record: Buffer, isLast: boolean): Buffer {
    const nonce = this.nonces.next(isLast);
    const end = record.length - TAG_BYTES;
    if (this.key === null || end < 0) {
      throw this.notOpened();
    }
    const decipher = createDecipheriv(CIPHER, this.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(record.subarray(end));
    try {
      return Buffer.concat([decipher.update(record.subarray(0, end)), decipher.final()]);
    } catch (error) {
      throw this.notOpened(error);
    }
  }

  private keyOfBeginning(): Buffer {
    if (this.beginning[0] !== OF_STREAM) {
      throw this.notOpened();
    }
    const id = this.beginning.readUInt32BE(1);
    const key = this.keys.of(id);
    if (key === undefined) {
      throw new DataKeyUnknown(STORED_FILE_SEAL, id);
    }
    return fileKey(key, this.beginning.subarray(HEADER_BYTES), this.objectId);
  }

  private notOpened(cause?: unknown): Error {
    return new Error(
      `the stored file ${this.objectId} cannot be opened: it was changed or cut off, or is another one`,
      { cause },
    );
  }
}

/** 96 bits: the record's place, and whether it is the last. */
class Nonces {
  private place = 0;

  next(isLast: boolean): Buffer {
    const nonce = Buffer.alloc(12);
    nonce.writeUIntBE(this.place, 5, 6);
    nonce.writeUInt8(isLast ? 1 : 0, 11);
    this.place += 1;
    return nonce;
  }
}

function fileKey(dataKey: Buffer, salt: Buffer, objectId: string): Buffer {
  return deriveKey(dataKey, `${STORED_FILE_SEAL} ${objectId}`, salt);
}

function settled(done: TransformCallback, work: () => void): void {
  try {
    work();
  } catch (error) {
    done(error as Error);
    return;
  }
  done();
}
