import type { Mask, MaskStream } from '@berth/masking';

/** A text on its way into a log, without sensitive values. */
export class MaskedText {
  private stream: MaskStream | null;
  private isStill = false;

  constructor(
    mask: Mask,
    private readonly goesOut: (bytes: Buffer) => void,
  ) {
    this.stream = mask.stream();
  }

  write(text: string): void {
    const bytes = Buffer.from(text);
    this.isStill = false;
    this.tell(this.stream?.write(bytes) ?? bytes);
  }

  /** From here on by another mask; what is held back goes out by the one of before. */
  maskWith(mask: Mask): void {
    this.end();
    this.stream = mask.stream();
  }

  /** Called from time to time: what is held back of a text that stands still is let out where that is safe. */
  lookAgain(): void {
    if (this.isStill && this.stream !== null) {
      this.tell(this.stream.release());
    }
    this.isStill = true;
  }

  end(): void {
    if (this.stream !== null) {
      this.tell(this.stream.end());
    }
  }

  private tell(bytes: Buffer): void {
    if (bytes.length > 0) {
      this.goesOut(bytes);
    }
  }
}
