import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { Archive } from '../packing/pack.js';

/** The archive as fetch takes it: read from the disk as it is sent. */
export class ArchiveBlob extends Blob {
  constructor(
    private readonly archive: Archive,
    private readonly onSent: (bytes: number) => void,
  ) {
    super([], { type: 'application/gzip' });
  }

  override get size(): number {
    return this.archive.bytes;
  }

  override stream(): ReturnType<Blob['stream']> {
    let sent = 0;
    const file = createReadStream(this.archive.path);
    const counted = file.map((chunk: Buffer) => {
      sent += chunk.length;
      this.onSent(sent);
      return new Uint8Array(chunk);
    });
    return Readable.toWeb(counted) as ReturnType<Blob['stream']>;
  }
}
