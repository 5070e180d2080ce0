import type { Automaton, Region, ScanState } from './automaton.js';
import { SHORTEST_MASKED } from './forms.js';

/** What is written in the place of a value. No character of it means something in JSON, HCL or an address. */
export const MASK = '***';
const MARK = Buffer.from(MASK);
const BACKSLASH = 0x5c;

/**
 * Masks a text that comes in pieces. Only as much of its end is held back as may be the beginning of a value.
 */
export class MaskStream {
  private readonly state: ScanState = { node: 0 };
  /** What is held back, and where in the whole text it begins. */
  private held: Buffer = Buffer.alloc(0);
  private at = 0;
  private regions: Region[] = [];
  /** Up to here the text was masked, as far as it is out. */
  private maskedTo = -1;

  constructor(private readonly automaton: Automaton) {}

  /** So many bytes are held back. */
  get holds(): number {
    return this.held.length;
  }

  /** Gives what can go out now. */
  write(piece: Buffer): Buffer {
    const offset = this.at + this.held.length;
    this.automaton.scan(piece, this.state, offset, this.regions);
    this.held = this.held.length === 0 ? piece : Buffer.concat([this.held, piece]);
    // The beginning of a value may be out already.
    const closed = Math.max(0, this.held.length - this.automaton.openAt(this.state));
    // With half of an escape, which may go with a value behind it.
    return this.take(this.withEscape(this.at + closed) - this.at);
  }

  /**
   * For a text that stands still while somebody reads it. The beginning of a value stays held back where it is long
   * enough to be worth something; of a shorter one nothing but that beginning can be seen, whatever follows.
   */
  release(): Buffer {
    const masked = Math.max(0, (this.regions.at(-1)?.to ?? 0) - this.at);
    const rest = this.held.length - masked;
    return this.take(rest < SHORTEST_MASKED ? this.held.length : masked);
  }

  /**
   * For a text of which each piece is shown as a line of its own, though it may go on within a value: nothing is held back,
   * and what is long enough to be the beginning of one is taken for it.
   */
  line(piece: Buffer): Buffer {
    const before = this.write(piece);
    const end = this.at + this.held.length;
    const from = Math.max(this.at, this.regions.at(-1)?.to ?? 0);
    if (end - from >= SHORTEST_MASKED) {
      this.regions.push({ from, to: end });
    }
    const line = Buffer.concat([before, this.take(this.held.length)]);
    this.maskedTo = -1;
    return line;
  }

  /** The text is over: all that is left of it. */
  end(): Buffer {
    const rest = this.take(this.held.length);
    this.state.node = 0;
    return rest;
  }

  /** The first bytes of what is held, masked. */
  private take(count: number): Buffer {
    const { held } = this;
    const end = this.at + count;
    const out: Buffer[] = [];
    let at = this.at;
    for (const region of this.regions) {
      if (region.from >= end) {
        break;
      }
      const from = Math.max(at, this.withEscape(region.from));
      const to = Math.min(region.to, end);
      out.push(held.subarray(at - this.at, from - this.at));
      if (this.maskedTo !== from) {
        out.push(MARK);
      }
      this.maskedTo = to;
      at = to;
    }
    out.push(held.subarray(at - this.at, count));
    this.held = held.subarray(count);
    this.at = end;
    this.regions = this.regions.filter(({ to }) => to > end);
    return out.length === 1 ? (out[0] ?? held) : Buffer.concat(out);
  }

  /** A mask behind half of an escape (`\` and not `\\`) would leave a text that is no JSON any more. */
  private withEscape(from: number): number {
    const { held, at } = this;
    let first = from - at;
    while (first > 0 && held[first - 1] === BACKSLASH) {
      first -= 1;
    }
    return from - ((from - at - first) % 2);
  }
}
