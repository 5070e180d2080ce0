/** A line that is longer than the limit: where it stands in the stream, and its two ends. */
export interface LongLine {
  /** In bytes from the beginning of the stream. */
  readonly from: number;
  readonly head: Buffer;
  readonly tail: Buffer;
}

const LINE_BREAK = 0x0a;
const END_BYTES = 4 * 1024;

/**
 * Cuts a byte stream into lines. Characters and lines may be spread over chunks; a line of more bytes than the limit is
 * dropped, and only its length and its ends reported, so that a child cannot fill the agent's memory.
 */
export class LineSplitter {
  private parts: Buffer[] = [];
  private length = 0;
  private from = 0;
  private ends: { readonly head: Buffer; tail: Buffer } | null = null;

  constructor(
    private readonly maxLength: number,
    private readonly onLine: (line: string) => void,
    private readonly onOversize: (length: number, line: LongLine) => void,
  ) {}

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_BREAK); end !== -1; end = chunk.indexOf(LINE_BREAK, start)) {
      this.append(chunk.subarray(start, end));
      this.finishLine();
      start = end + 1;
    }
    this.append(chunk.subarray(start));
  }

  /** What follows the last line break counts as a line. */
  end(): void {
    if (this.length > 0) {
      this.finishLine();
    }
  }

  private append(part: Buffer): void {
    if (part.length === 0) {
      return;
    }
    this.length += part.length;
    this.parts.push(part);
    if (this.length > this.maxLength) {
      const head = this.ends?.head ?? Buffer.concat(this.parts, Math.min(this.length, END_BYTES));
      const tail = lastBytes(this.ends === null ? this.parts : [this.ends.tail, part]);
      this.ends = { head, tail };
      this.parts = [];
    }
  }

  private finishLine(): void {
    const { parts, length, from, ends } = this;
    this.parts = [];
    this.length = 0;
    this.from += length + 1;
    this.ends = null;
    if (ends === null) {
      this.onLine(Buffer.concat(parts).toString('utf8').replace(/\r$/, ''));
    } else {
      this.onOversize(length, { from, ...ends });
    }
  }
}

function lastBytes(parts: readonly Buffer[]): Buffer {
  const taken: Buffer[] = [];
  let left = END_BYTES;
  for (const part of parts.toReversed()) {
    if (left === 0) {
      break;
    }
    const piece = part.subarray(-left);
    taken.unshift(piece);
    left -= piece.length;
  }
  return Buffer.concat(taken);
}
