/** Of one request. */
const PIECE_BYTES = 512 * 1024;
/** With the api away the run goes on; what comes while so much waits is dropped, and counted. */
const MAX_BYTES = 32 * 1024 * 1024;

/** What of a log the api does not have yet, in memory and bounded. Where something was dropped, the text says how much. */
export class UnsentText {
  private readonly parts: Buffer[] = [];
  private kept = 0;
  private dropped = 0;

  /** What is dropped counts with the line that says so. */
  get bytes(): number {
    return this.kept + (this.dropped > 0 ? gapLine(this.dropped).length : 0);
  }

  add(bytes: Buffer): void {
    if (this.kept + bytes.length > MAX_BYTES) {
      this.dropped += bytes.length;
      return;
    }
    this.tellGap();
    this.keep(bytes);
  }

  /** The next piece, from the beginning on. */
  piece(): Buffer {
    if (this.kept <= PIECE_BYTES) {
      this.tellGap();
    }
    const piece: Buffer[] = [];
    let size = 0;
    for (const part of this.parts) {
      if (size >= PIECE_BYTES) {
        break;
      }
      piece.push(part.subarray(0, PIECE_BYTES - size));
      size += Math.min(part.length, PIECE_BYTES - size);
    }
    return Buffer.concat(piece);
  }

  /** The api has so many bytes of it. */
  drop(count: number): void {
    let left = Math.min(count, this.kept);
    this.kept -= left;
    while (left > 0) {
      const [first] = this.parts;
      if (first === undefined || first.length > left) {
        if (first !== undefined) {
          this.parts[0] = first.subarray(left);
        }
        return;
      }
      left -= first.length;
      this.parts.shift();
    }
  }

  /** In the place of what was dropped: behind what was kept before it, and before what is kept after it. */
  private tellGap(): void {
    if (this.dropped > 0) {
      const line = gapLine(this.dropped);
      this.dropped = 0;
      this.keep(line);
    }
  }

  private keep(bytes: Buffer): void {
    if (bytes.length > 0) {
      this.parts.push(bytes);
      this.kept += bytes.length;
    }
  }
}

function gapLine(bytes: number): Buffer {
  return Buffer.from(
    `\n(${bytes} bytes of the log are missing here: the api took none of it for too long)\n`,
  );
}
