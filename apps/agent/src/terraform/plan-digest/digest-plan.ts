import { createHmac } from 'node:crypto';
import type { PartDigests, PlanDigests } from '@berth/domain';
import { canonicalText, isTree } from './canonical-text.js';
import { parseExact } from './exact-json.js';
import { effectsOf, type Part } from './plan-effects.js';
import { contextOf, inputParts, type PlanInputs } from './plan-settings.js';

/** Of the rules of equality in docs/plan-digest.md. Whatever changes a digest of some plan raises it. */
const VERSION = 1;
/** Characters of the digest of one part, which only tells whether that one differs. */
const SHORT = 16;
const MAX_ENTRIES_BYTES = 1_000_000;
const MAX_SETTINGS_BYTES = 200_000;

export interface DigestBasis {
  /** What `terraform show -json` printed of the plan. */
  readonly json: string;
  /** Of the workspace. Without it nobody can guess a short secret from a digest. */
  readonly key: string;
  readonly keyId: string;
  readonly inputs: PlanInputs;
}

/** The digests, or why there are none, in words without anything of the plan. */
export type Digested = { readonly digests: PlanDigests } | { readonly reason: string };

/** Digests of what a plan does and of all that it was made from (docs/plan-digest.md). It never throws. */
export function digestPlan(basis: DigestBasis): Digested {
  const { key, keyId, inputs } = basis;
  try {
    const document = parseExact(basis.json);
    if (!isTree(document)) {
      return { reason: 'its JSON is no object' };
    }
    if (document['errored'] === true) {
      return { reason: 'planning failed halfway' };
    }
    const effects = digestsOf(key, 'effects', effectsOf(document, inputs.options));
    const context = digestsOf(key, 'context', contextOf(document));
    const given = digestsOf(key, 'inputs', inputParts(inputs));
    return {
      digests: {
        version: VERSION,
        keyId,
        effects: whole(key, 'effects', effects),
        context: whole(key, 'context', context),
        inputs: whole(key, 'inputs', given),
        entries: parts(key, effects, MAX_ENTRIES_BYTES),
        settings: parts(key, [...context, ...given], MAX_SETTINGS_BYTES),
      },
    };
  } catch (error) {
    // The message of a SyntaxError quotes the plan.
    return { reason: `its JSON could not be digested (${error instanceof Error ? error.name : 'unknown'})` };
  }
}

type Named = readonly [name: string, digest: string];

/** In one order: that of the names, and of the digests where some have one name. */
function digestsOf(key: string, kind: string, list: readonly Part[]): Named[] {
  return list
    .map(({ name, value }): Named => [name, keyed(key, [kind, name, value])])
    .sort((a, b) => (a.join('\n') < b.join('\n') ? -1 : 1));
}

function whole(key: string, kind: string, digests: readonly Named[]): string {
  return keyed(key, [`all ${kind}`, digests]);
}

/** One short digest for each name; null where they are too many to keep: half of a list would name the wrong ones. */
function parts(key: string, digests: readonly Named[], maxBytes: number): PartDigests | null {
  const byName = new Map<string, string[]>();
  for (const [name, digest] of digests) {
    byName.set(name, [...(byName.get(name) ?? []), digest]);
  }
  const short = [...byName].map(
    ([name, list]) => [name, keyed(key, ['part', list]).slice(0, SHORT)] as const,
  );
  const bytes = short.reduce((sum, [name]) => sum + Buffer.byteLength(name) + SHORT + 6, 2);
  return bytes > maxBytes ? null : Object.fromEntries(short);
}

function keyed(key: string, value: unknown): string {
  return createHmac('sha256', key)
    .update(canonicalText([`berth ${VERSION}`, value]))
    .digest('hex');
}
