/** A chunk of a log as it is stored. */
export interface StoredChunk {
  readonly content: Buffer;
  readonly isSealed: boolean;
}

/** Opens what was sealed when it was appended. */
export type OpenChunk = (sealed: Buffer) => Buffer;

/** What was appended; chunks of before logs were sealed, and lines of our own, are plain. */
export function plainChunk({ content, isSealed }: StoredChunk, open: OpenChunk): Buffer {
  return isSealed ? open(content) : content;
}
