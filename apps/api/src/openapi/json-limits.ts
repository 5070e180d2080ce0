/** How large JSON may be in what costs time and stack to read, beside its bytes. */
export interface JsonBounds {
  /** Of objects and arrays in each other. */
  readonly depth: number;
  /** Values altogether, of objects and arrays. */
  readonly values: number;
}

/** What an operation takes as its JSON body. */
export interface JsonLimits extends JsonBounds {
  readonly maxMb: number;
  /** What is done with characters that cannot be stored: what a person gives is refused, what a program printed is replaced. */
  readonly unstorable: 'refuse' | 'replace';
}

export const USUAL_JSON: JsonLimits = { maxMb: 0.25, depth: 32, values: 20_000, unstorable: 'refuse' };
