import { access, constants } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { treeDigest } from '../disk/tree-digest.js';
import { readManifest, type Manifest } from './manifest.js';
import type { Slot } from './slot.js';

/** What lies in a slot, for the decision whether an apply may begin there at once. */
export interface WarmFacts {
  readonly manifest: Manifest | null;
  /** SHA-256 in hex, null where there is no plan file. */
  readonly planFileHash: string | null;
  /** Digest of the work directory, null where there is none. */
  readonly tree: string | null;
  readonly engineIsThere: boolean;
}

/** A look that is older than this is not relied on. */
const FRESH_MS = 1_000;

/** @throws an error of the disk */
export async function readWarmFacts(slot: Slot): Promise<WarmFacts> {
  const [planFileHash, tree, found] = await Promise.all([
    slot.planFileHash(),
    treeDigest(slot.work),
    readManifest(slot.directory).then(async (manifest) => {
      const engine = manifest?.engine ?? null;
      return { manifest, engineIsThere: engine !== null && (await isExecutable(engine.path)) };
    }),
  ]);
  return { ...found, planFileHash, tree };
}

/** Looks into the slot while the api still answers whether the apply is ours: that takes about as long. */
export class EarlyLook {
  private readonly began = performance.now();
  private readonly facts: Promise<WarmFacts>;

  constructor(private readonly slot: Slot) {
    // In the next turn: first the question itself is sent.
    this.facts = setImmediate().then(async () => readWarmFacts(slot));
    // An assignment that is not accepted needs none.
    this.facts.catch(() => undefined);
  }

  /** What was seen; looks again where the answer was long in coming. @throws an error of the disk */
  async result(): Promise<WarmFacts> {
    return performance.now() - this.began < FRESH_MS ? this.facts : readWarmFacts(this.slot);
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
