/** What the choice needs to know of an entry of the store. */
export interface EvictionCandidate {
  readonly bytes: number;
  readonly lastUsedMs: number;
  /** A slot links to it. */
  readonly inUse: boolean;
}

/** The least recently used that must go so that the rest fits; what a slot links to counts, but stays. */
export function chooseEvictions<T extends EvictionCandidate>(entries: readonly T[], maxBytes: number): T[] {
  let excess = entries.reduce((sum, { bytes }) => sum + bytes, 0) - maxBytes;
  const chosen: T[] = [];
  for (const entry of entries.toSorted((a, b) => a.lastUsedMs - b.lastUsedMs)) {
    if (excess <= 0) {
      break;
    }
    if (!entry.inUse) {
      chosen.push(entry);
      excess -= entry.bytes;
    }
  }
  return chosen;
}
