import { cutText } from './cut-text.js';

/** Names of parts, each with a short digest of it. */
export type PartDigests = Readonly<Record<string, string>>;

/**
 * What plans are compared by. Everything is an HMAC under a key of the workspace, so that nobody can guess a short
 * secret from it (docs/plan-digest.md has the rules).
 */
export interface PlanDigests {
  /** Of the rules: digests of other rules say nothing about each other. */
  readonly version: number;
  /** Names the key and tells nothing of it. */
  readonly keyId: string;
  /** What the plan would change. */
  readonly effects: string;
  /** The configuration and variables that the changes were made of, as the plan has them. */
  readonly context: string;
  /** What the apply runs by and no plan says: files, environment, engine, options. */
  readonly inputs: string;
  /** Of each change, by its address; null where there are too many to keep. */
  readonly entries: PartDigests | null;
  /** Of each part of context and inputs, by its name; null where there are too many to keep. */
  readonly settings: PartDigests | null;
}

/** What a person wants to know of a plan that stands in for another one. Lists are null where they cannot be told. */
export type PlanComparison =
  | { readonly kind: 'identical' }
  | { readonly kind: 'same_effects'; readonly settings: readonly string[] | null }
  | { readonly kind: 'different'; readonly entries: EntryDifferences | null }
  | { readonly kind: 'not_comparable'; readonly reason: string };

/** Addresses of changes that only one of two plans has, or both in another form. */
export interface EntryDifferences {
  readonly added: readonly string[];
  readonly gone: readonly string[];
  readonly changed: readonly string[];
}

/**
 * What a new plan is to the one before it. `identical` is the only answer that a confirmation may be carried over by
 * without asking: what cannot be compared counts as different. Null stands for a plan without digests.
 */
export function comparePlans(before: PlanDigests | null, after: PlanDigests | null): PlanComparison {
  if (before === null || after === null) {
    return notComparable(after === null ? 'this plan has no digest' : 'the plan before has no digest');
  }
  if (before.version !== after.version) {
    return notComparable(`their digests follow other rules (${before.version} and ${after.version})`);
  }
  if (before.keyId !== after.keyId) {
    return notComparable('their digests were made under other keys');
  }
  if (before.effects !== after.effects) {
    return { kind: 'different', entries: differencesOf(before.entries, after.entries) };
  }
  if (before.context !== after.context || before.inputs !== after.inputs) {
    const parts = differencesOf(before.settings, after.settings);
    const settings = parts && [...parts.added, ...parts.gone, ...parts.changed].sort();
    return { kind: 'same_effects', settings };
  }
  return { kind: 'identical' };
}

/** The comparison in one line of a timeline, which names the first few of what differs. */
export function describeComparison(comparison: PlanComparison): string {
  switch (comparison.kind) {
    case 'identical':
      return 'identical to the plan before';
    case 'same_effects':
      return `same changes, other settings${comparison.settings === null ? '' : `: ${named(comparison.settings)}`}`;
    case 'different':
      return `other changes than before${comparison.entries === null ? '' : `: ${describeEntries(comparison.entries)}`}`;
    case 'not_comparable':
      return `cannot be compared with the plan before: ${comparison.reason}`;
  }
}

function notComparable(reason: string): PlanComparison {
  return { kind: 'not_comparable', reason };
}

function differencesOf(before: PartDigests | null, after: PartDigests | null): EntryDifferences | null {
  if (before === null || after === null) {
    return null;
  }
  const was = new Map(Object.entries(before));
  const is = new Map(Object.entries(after));
  return {
    added: [...is.keys()].filter((name) => !was.has(name)).sort(),
    gone: [...was.keys()].filter((name) => !is.has(name)).sort(),
    changed: [...is.keys()].filter((name) => was.has(name) && was.get(name) !== is.get(name)).sort(),
  };
}

function describeEntries(entries: EntryDifferences): string {
  return (['added', 'gone', 'changed'] as const)
    .filter((kind) => entries[kind].length > 0)
    .map((kind) => `${kind} ${named(entries[kind])}`)
    .join('; ');
}

const NAMED = 5;
/** A key of for_each may be of any length. */
const NAME_LENGTH = 200;

function named(names: readonly string[]): string {
  const first = names.slice(0, NAMED).map((name) => cutText(name, NAME_LENGTH));
  const more = names.length - first.length;
  return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
