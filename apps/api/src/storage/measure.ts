import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

/** Counts and hashes what passes, and breaks the stream where it becomes more than `maxBytes`. */
export class Measure extends Transform {
  private readonly hash = createHash('sha256');
  private size = 0;

  /** @param tooLarge what the stream breaks with */
  constructor(
    private readonly maxBytes: number,
    private readonly tooLarge: () => Error,
  ) {
    super();
  }

  override _transform(piece: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.size += piece.length;
    if (this.size > this.maxBytes) {
      done(this.tooLarge());
      return;
    }
    this.hash.update(piece);
    done(null, piece);
  }

  get sizeBytes(): number {
    return this.size;
  }

  /** In hex; asked once, at the end. */
  sha256(): string {
    return this.hash.digest('hex');
  }
}

/**
 * Lets the bytes of a stored object pass, but its last piece only when all of them are those that were stored: whoever
 * reads a changed object gets a download that breaks off, and not a wrong file.
 */
export class Verify extends Transform {
  private readonly hash = createHash('sha256');
  private held: Buffer | null = null;

  constructor(private readonly sha256: string) {
    super();
  }

  override _transform(piece: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.hash.update(piece);
    const before = this.held;
    this.held = piece;
    done(null, before ?? undefined);
  }

  override _flush(done: TransformCallback): void {
    const found = this.hash.digest('hex');
    if (found === this.sha256) {
      done(null, this.held ?? undefined);
      return;
    }
    done(new Error(`a stored object has SHA-256 ${found}, and had ${this.sha256} when it was stored`));
  }
}
