/** A part of a text, in bytes: from this one up to that one. */
export interface Region {
  readonly from: number;
  readonly to: number;
}

/** What a scan has come to: it goes on from here in the next piece of the text. */
export interface ScanState {
  node: number;
}

/** 21 bytes each. Who has more, has his last patterns not looked for: they come in the order of their worth. */
const MAX_NODES = 2_000_000;
const ROOT = 0;

/**
 * Finds all of many patterns in one pass over a text (Aho and Corasick): the time does not depend on how many there are,
 * nor on what a hostile text looks like. Works on bytes, since a text comes in pieces that may end in a character.
 */
export class Automaton {
  private size = 1;
  private readonly first: Int32Array;
  private readonly sibling: Int32Array;
  private readonly byte: Uint8Array;
  private readonly fail: Int32Array;
  private readonly depth: Int32Array;
  /** Length of the longest pattern that ends at a node. */
  private readonly found: Int32Array;
  private readonly fromRoot = new Int32Array(256);
  /** By two bytes: whether a pattern begins with them. Most places of a text are passed over by it. */
  private readonly begins = new Uint8Array(65_536);

  /** @param patterns of two bytes at least */
  constructor(patterns: readonly Buffer[]) {
    const total = patterns.reduce((sum, { length }) => sum + length, 1);
    const room = Math.min(total, MAX_NODES);
    this.first = new Int32Array(room);
    this.sibling = new Int32Array(room);
    this.byte = new Uint8Array(room);
    this.fail = new Int32Array(room);
    this.depth = new Int32Array(room);
    this.found = new Int32Array(room);
    for (const pattern of patterns) {
      if (this.size + pattern.length <= room) {
        this.add(pattern);
      }
    }
    this.link();
  }

  /** Of the end of what was scanned, so much may be the beginning of a pattern. */
  openAt(state: ScanState): number {
    let { node } = state;
    while (node !== ROOT && this.first[node] === ROOT) {
      // A pattern that is whole, and the beginning of no longer one.
      node = this.fail[node] ?? ROOT;
    }
    return this.depth[node] ?? 0;
  }

  /** Adds to the regions what is found, as it would stand in a text of which these bytes begin at `offset`. */
  scan(bytes: Buffer, state: ScanState, offset: number, regions: Region[]): void {
    const { fromRoot, begins, found, fail } = this;
    const end = bytes.length;
    let node = state.node;
    for (let at = 0; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (node === ROOT) {
        if (at + 1 < end && begins[(byte << 8) | (bytes[at + 1] ?? 0)] === 0) {
          continue;
        }
        node = fromRoot[byte] ?? ROOT;
        continue;
      }
      let next = this.child(node, byte);
      while (next === ROOT && node !== ROOT) {
        node = fail[node] ?? ROOT;
        next = node === ROOT ? (fromRoot[byte] ?? ROOT) : this.child(node, byte);
      }
      node = next;
      const length = found[node] ?? 0;
      if (length > 0) {
        addRegion(regions, { from: offset + at + 1 - length, to: offset + at + 1 });
      }
    }
    state.node = node;
  }

  private add(pattern: Buffer): void {
    let node = ROOT;
    for (const byte of pattern) {
      let next = node === ROOT ? (this.fromRoot[byte] ?? ROOT) : this.child(node, byte);
      if (next === ROOT) {
        next = this.size;
        this.size += 1;
        this.byte[next] = byte;
        this.depth[next] = (this.depth[node] ?? 0) + 1;
        if (node === ROOT) {
          this.fromRoot[byte] = next;
        } else {
          this.sibling[next] = this.first[node] ?? 0;
          this.first[node] = next;
        }
      }
      node = next;
    }
    this.found[node] = pattern.length;
    this.begins[((pattern[0] ?? 0) << 8) | (pattern[1] ?? 0)] = 1;
  }

  /** ROOT where there is none. */
  private child(node: number, byte: number): number {
    let child = this.first[node] ?? ROOT;
    while (child !== ROOT && this.byte[child] !== byte) {
      child = this.sibling[child] ?? ROOT;
    }
    return child;
  }

  /** In the order of depth: each node fails to the longest of its ends that begins a pattern as well. */
  private link(): void {
    const queue = new Int32Array(this.size);
    let filled = 0;
    for (const node of this.fromRoot) {
      if (node !== ROOT) {
        queue[filled] = node;
        filled += 1;
      }
    }
    for (let at = 0; at < filled; at += 1) {
      const node = queue[at] ?? ROOT;
      for (let child = this.first[node] ?? ROOT; child !== ROOT; child = this.sibling[child] ?? ROOT) {
        queue[filled] = child;
        filled += 1;
        const target = this.failureOf(node, this.byte[child] ?? 0);
        this.fail[child] = target;
        this.found[child] = Math.max(this.found[child] ?? 0, this.found[target] ?? 0);
      }
    }
  }

  private failureOf(parent: number, byte: number): number {
    let node = parent;
    while (node !== ROOT) {
      node = this.fail[node] ?? ROOT;
      const next = node === ROOT ? (this.fromRoot[byte] ?? ROOT) : this.child(node, byte);
      if (next !== ROOT) {
        return next;
      }
    }
    return ROOT;
  }
}

/** Regions come by their ends; those that touch or overlap become one. */
function addRegion(regions: Region[], { from, to }: Region): void {
  let start = from;
  for (let last = regions.at(-1); last !== undefined && last.to >= start; last = regions.at(-1)) {
    start = Math.min(start, last.from);
    regions.pop();
  }
  regions.push({ from: start, to });
}
