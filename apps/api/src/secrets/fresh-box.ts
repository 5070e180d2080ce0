import { randomBytes } from 'node:crypto';
import { KEY_BYTES } from './cipher.js';
import { DataKeys } from './data-keys.js';
import { SecretBox } from './secret-box.js';

/** Keys of an installation of its own, for tests. */
export function freshKeys(): DataKeys {
  return new DataKeys(randomBytes(KEY_BYTES), [{ id: 1, key: randomBytes(KEY_BYTES), isKnownToAll: true }]);
}

/** A box with keys of its own, for tests. */
export function freshBox(): SecretBox {
  return new SecretBox(freshKeys());
}
