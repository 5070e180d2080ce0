import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { SecretBox } from './secret-box.js';
import { LOG_SEAL } from './seals.js';

/** A piece of 64 KB takes 1 ms; the next level takes longer than all else that is done with it. */
const LEVEL = 1;

/** PostgreSQL compresses nothing that is sealed, and logs have a fifth of their size when they are compressed. */
export function sealLog(box: SecretBox, content: Buffer): Buffer {
  return box.seal(LOG_SEAL, deflateRawSync(content, { level: LEVEL }));
}

/** @throws as `SecretBox.open` */
export function openLog(box: SecretBox, sealed: Buffer): Buffer {
  return inflateRawSync(box.open(LOG_SEAL, sealed));
}
