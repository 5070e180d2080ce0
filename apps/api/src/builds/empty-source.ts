import { Transform, type TransformCallback } from 'node:stream';
import { gunzipSync } from 'node:zlib';

/** An archive of nothing is far smaller, in any form. */
const MAX_EMPTY_BYTES = 4_096;
/** A tar of nothing is zeros: tar writes 10 KB of them, other programs more, and none of them this much. */
const MAX_UNPACKED_BYTES = 1024 * 1024;
/** Where a zip without entries begins: with its end. */
const ZIP_END = Buffer.from('PK\u0005\u0006', 'latin1');
const GZIP = Buffer.from([0x1f, 0x8b]);

/** Keeps the first bytes of what passes. */
export class Beginning extends Transform {
  private kept = Buffer.alloc(0);

  override _transform(piece: Buffer, _: BufferEncoding, done: TransformCallback): void {
    if (this.kept.length < MAX_EMPTY_BYTES) {
      this.kept = Buffer.concat([this.kept, piece.subarray(0, MAX_EMPTY_BYTES - this.kept.length)]);
    }
    done(null, piece);
  }

  get bytes(): Buffer {
    return this.kept;
  }
}

/** Whether a source is no bytes at all, or an archive without a file: nobody can build of it. */
export function holdsNothing(beginning: Buffer, sizeBytes: number): boolean {
  if (sizeBytes === 0) {
    return true;
  }
  if (sizeBytes > MAX_EMPTY_BYTES) {
    return false;
  }
  if (beginning.subarray(0, ZIP_END.length).equals(ZIP_END)) {
    return true;
  }
  const tar = beginning.subarray(0, GZIP.length).equals(GZIP) ? unpacked(beginning) : beginning;
  return tar?.every((byte) => byte === 0) === true;
}

/** Null where it is no gzip, or more than an empty one can be. */
function unpacked(gzip: Buffer): Buffer | null {
  try {
    return gunzipSync(gzip, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch {
    return null;
  }
}
