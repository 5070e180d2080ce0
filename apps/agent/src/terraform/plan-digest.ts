import { createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ShownPlan } from './plan-json.js';

type Tree = Readonly<Record<string, unknown>>;

export interface PlanBasis {
  /** Of the workspace: without it nobody can guess a short secret from the digest. */
  readonly key: string;
  readonly refreshOnly: boolean;
  /** What the apply runs by and a plan does not say: variables, options, engine, modules, lock file. */
  readonly inputs: unknown;
}

/** They differ from one plan to the next of the same thing, or say what others say as well. */
const NOISE = [
  'format_version',
  'terraform_version',
  'timestamp',
  'planned_values',
  'prior_state',
  'relevant_attributes',
  'checks',
  'resource_changes',
  'resource_drift',
  'output_changes',
  'applyable',
  'errored',
];
const VALUES = ['before', 'after', 'after_unknown'];
const UNKNOWN = { unknown: true };

/**
 * Equal for two plans whose applies would do the same, and for no others: compared before anything is redacted, with
 * every digit of a number, and with parts that nobody knows yet (docs/decisions/0020). An HMAC, in hex.
 */
export function planDigest(plan: ShownPlan, { key, refreshOnly, inputs }: PlanBasis): string {
  const { document } = plan;
  const rest = Object.fromEntries(Object.entries(document).filter(([name]) => !NOISE.includes(name)));
  const canonical = {
    rest,
    resources: changesOf(document['resource_changes']),
    // Noise, but where it is the plan: providers report drift of what nobody has touched.
    drift: refreshOnly ? changesOf(document['resource_drift']) : [],
    outputs: Object.entries(treeOf(document['output_changes']))
      .filter(([, change]) => !isNoOp(treeOf(change)))
      .map(([name, change]) => [name, canonicalChange(treeOf(change))]),
    inputs,
  };
  return createHmac('sha256', key).update(stable(canonical)).digest('hex');
}

function changesOf(list: unknown): unknown[] {
  const entries = (Array.isArray(list) ? list : []).map(treeOf).filter(isEffect);
  return entries
    .map((entry) => ({ ...entry, change: canonicalChange(treeOf(entry['change'])) }))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf(entry: Tree): string {
  return stable([entry['address'], entry['deposed'] ?? null]);
}

function isEffect(entry: Tree): boolean {
  const change = treeOf(entry['change']);
  const previous = entry['previous_address'];
  const isMoved = previous !== undefined && previous !== entry['address'];
  // A check reads its data source at every plan.
  const ofCheck = entry['action_reason'] === 'read_because_check_nested';
  return !ofCheck && (!isNoOp(change) || isMoved || Boolean(change['importing']));
}

function isNoOp({ actions }: Tree): boolean {
  return Array.isArray(actions) && actions.every((action) => action === 'no-op');
}

/**
 * Of what stays only the differences count: an attribute that a provider makes up anew at each read changes nothing. What
 * goes away counts whole, because that was looked at.
 */
function canonicalChange(change: Tree): Tree {
  const { before, after, after_unknown: unknown } = change;
  const rest = Object.fromEntries(Object.entries(change).filter(([name]) => !VALUES.includes(name)));
  const actions = Array.isArray(change['actions']) ? change['actions'] : [];
  const goes = actions.includes('delete') || actions.includes('forget');
  const differences: unknown[] = [];
  collectDifferences({ before, after, unknown }, [], differences);
  return { ...rest, before: goes ? before : treeOf(before)['id'], differences };
}

function collectDifferences(
  { before, after, unknown }: { before: unknown; after: unknown; unknown: unknown },
  path: readonly (string | number)[],
  found: unknown[],
): void {
  if (unknown === true) {
    found.push([path, before, UNKNOWN]);
  } else if (isTree(after) && isTree(before)) {
    for (const key of new Set([
      ...Object.keys(before),
      ...Object.keys(after),
      ...Object.keys(treeOf(unknown)),
    ])) {
      const child = { before: before[key], after: after[key], unknown: treeOf(unknown)[key] };
      collectDifferences(child, [...path, key], found);
    }
  } else if (Array.isArray(after) && Array.isArray(before) && after.length === before.length) {
    const marks: readonly unknown[] = Array.isArray(unknown) ? unknown : [];
    after.forEach((value: unknown, index) => {
      collectDifferences(
        { before: before[index], after: value, unknown: marks[index] },
        [...path, index],
        found,
      );
    });
  } else if (!isDeepStrictEqual(before, after) || containsTrue(unknown)) {
    found.push([path, before, after, containsTrue(unknown) ? unknown : null]);
  }
}

function containsTrue(value: unknown): boolean {
  return (
    value === true || (typeof value === 'object' && value !== null && Object.values(value).some(containsTrue))
  );
}

/** Object keys in one order; lists keep theirs. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, child: unknown) =>
    isTree(child) ? Object.fromEntries(Object.entries(child).sort(([a], [b]) => (a < b ? -1 : 1))) : child,
  );
}

function treeOf(value: unknown): Tree {
  return isTree(value) ? value : {};
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
