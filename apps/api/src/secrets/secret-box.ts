import { decrypt, deriveKey, encrypt } from './cipher.js';
import type { DataKeys } from './data-keys.js';

/** Of before there were data keys: sealed with a key that is derived from the root. */
const OF_ROOT = 1;
const OF_DATA_KEY = 2;
/** The form, and the number of the data key. */
export const HEADER_BYTES = 5;

/** A value is sealed with a data key of which this process has not heard yet; within seconds it has. */
export class DataKeyUnknown extends Error {
  readonly failureClass = 'transient';

  constructor(purpose: string, id: number) {
    super(`a sealed value for ${purpose} names the data key ${id}, which is not known here`);
    this.name = 'DataKeyUnknown';
  }
}

/**
 * Seals values with AES-256-GCM and the present data key, whose number stands in front of each. What a value is for is part
 * of the seal, so one cannot stand in for another.
 */
export class SecretBox {
  private readonly rootSeal: Buffer;

  constructor(private readonly keys: DataKeys) {
    this.rootSeal = deriveKey(keys.root, 'seal');
  }

  seal(purpose: string, content: Buffer): Buffer {
    const { id, key } = this.keys.present;
    return Buffer.concat([headerOf(id), ...encrypt(key, purpose, content)]);
  }

  /** @throws DataKeyUnknown; Error where it was sealed with another key, for another purpose, or was changed */
  open(purpose: string, sealed: Buffer): Buffer {
    const content = this.opened(purpose, sealed);
    if (content === null) {
      throw new Error(
        `a sealed value for ${purpose} cannot be opened: it was changed, or is of another database`,
      );
    }
    return content;
  }

  private opened(purpose: string, sealed: Buffer): Buffer | null {
    switch (sealed[0]) {
      case OF_ROOT:
        return decrypt(this.rootSeal, purpose, sealed.subarray(1));
      case OF_DATA_KEY: {
        const id = sealed.readUInt32BE(1);
        const key = this.keys.of(id);
        if (key === undefined) {
          throw new DataKeyUnknown(purpose, id);
        }
        return decrypt(key, purpose, sealed.subarray(HEADER_BYTES));
      }
      case undefined:
      default:
        throw new Error(`a sealed value for ${purpose} has an unknown form`);
    }
  }
}

/** With what everything of a form begins that this data key has sealed: values, unless another form is named. */
export function headerOf(dataKeyId: number, form = OF_DATA_KEY): Buffer {
  const header = Buffer.alloc(HEADER_BYTES, form);
  header.writeUInt32BE(dataKeyId, 1);
  return header;
}
