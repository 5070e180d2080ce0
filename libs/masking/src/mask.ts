import { Automaton, type Region } from './automaton.js';
import { formsOf, likeliestForms } from './forms.js';
import { MaskStream } from './mask-stream.js';
import { partsOf } from './parts.js';

/** Characters of values that are looked for in every form, the short ones first: some tenths of a second, once for each run. */
const IN_EVERY_FORM = 100_000;

/** A piece of a log as it may be kept, and how much of what came it stands for. */
export interface MaskedPiece {
  readonly content: Buffer;
  readonly taken: number;
}

/** Hides a run's sensitive values in whatever is told of the run. */
export class Mask {
  /** Where nothing is to be hidden. */
  static readonly none = new Mask(null);

  private constructor(private readonly automaton: Automaton | null) {}

  /** Values of less than six characters are none. */
  static of(values: Iterable<string>): Mask {
    const parts = [...new Set([...values].flatMap(partsOf))].sort((one, other) => one.length - other.length);
    let room = IN_EVERY_FORM;
    const forms = parts.map((part) => {
      room -= part.length;
      return room >= 0 ? formsOf(part) : likeliestForms(part);
    });
    const most = forms.reduce((longest, { length }) => Math.max(longest, length), 0);
    // The likeliest forms of all values first, since there is a bound.
    const ranks = Array.from({ length: most }, (_, rank) => forms.map((all) => all[rank]));
    const patterns = [...new Set(ranks.flat())].filter((form) => form !== undefined);
    return patterns.length === 0
      ? Mask.none
      : new Mask(new Automaton(patterns.map((pattern) => Buffer.from(pattern))));
  }

  /** Whether a value stands in it. */
  finds(text: string): boolean {
    const regions: Region[] = [];
    this.automaton?.scan(Buffer.from(text), { node: 0 }, 0, regions);
    return regions.length > 0;
  }

  text(text: string): string {
    if (this.automaton === null || !this.finds(text)) {
      return text;
    }
    const stream = new MaskStream(this.automaton);
    return Buffer.concat([stream.write(Buffer.from(text)), stream.end()]).toString('utf8');
  }

  /** The same JSON with its texts masked, and the names of its fields. */
  json<T>(json: T): T {
    return this.automaton === null ? json : (this.masked(json) as T);
  }

  /**
   * A piece of a text that goes on. What may be the beginning of a value is not taken, so that it comes again with the next
   * piece; a piece that is nothing else is taken, since its sender has no more.
   */
  piece(piece: Buffer): MaskedPiece {
    if (this.automaton === null) {
      return { content: piece, taken: piece.length };
    }
    const stream = new MaskStream(this.automaton);
    const content = stream.write(piece);
    return stream.holds === piece.length
      ? { content: stream.end(), taken: piece.length }
      : { content, taken: piece.length - stream.holds };
  }

  /** Null where nothing is to be hidden. */
  stream(): MaskStream | null {
    return this.automaton === null ? null : new MaskStream(this.automaton);
  }

  private masked(json: unknown): unknown {
    if (typeof json === 'string') {
      return this.text(json);
    }
    if (Array.isArray(json)) {
      return json.map((one) => this.masked(one));
    }
    if (typeof json === 'object' && json !== null) {
      return Object.fromEntries(Object.entries(json).map(([key, one]) => [this.text(key), this.masked(one)]));
    }
    return json;
  }
}
