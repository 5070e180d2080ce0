import { StringDecoder } from 'node:string_decoder';

/**
 * Cuts a byte stream into lines. Characters and lines may be spread over chunks; a line longer than the
 * limit is dropped and only its length reported, so that a child cannot fill the agent's memory.
 */
export class LineSplitter {
  private readonly decoder = new StringDecoder('utf8');
  private parts: string[] = [];
  private length = 0;

  constructor(
    private readonly maxLength: number,
    private readonly onLine: (line: string) => void,
    private readonly onOversize: (length: number) => void,
  ) {}

  push(chunk: Buffer): void {
    this.take(this.decoder.write(chunk));
  }

  /** What follows the last line break counts as a line. */
  end(): void {
    this.take(this.decoder.end());
    if (this.length > 0) {
      this.finishLine();
    }
  }

  private take(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.append(text.slice(start, end));
      this.finishLine();
      start = end + 1;
    }
    this.append(text.slice(start));
  }

  private append(part: string): void {
    this.length += part.length;
    if (this.length > this.maxLength) {
      this.parts = [];
    } else if (part !== '') {
      this.parts.push(part);
    }
  }

  private finishLine(): void {
    const { parts, length } = this;
    this.parts = [];
    this.length = 0;
    if (length > this.maxLength) {
      this.onOversize(length);
    } else {
      this.onLine(parts.join('').replace(/\r$/, ''));
    }
  }
}
