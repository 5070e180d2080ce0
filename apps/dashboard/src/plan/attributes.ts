/** One side of an attribute, as it is drawn. */
export interface Shown {
  readonly kind: 'value' | 'sensitive' | 'unknown' | 'absent';
  readonly text: string;
}

export interface AttributeRow {
  /** As configurations write it: `tags["team"]`, `ingress[0].port`. */
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed' | 'same';
  readonly before: Shown;
  readonly after: Shown;
  /** This one forces the replacement. */
  readonly forces: boolean;
}

export interface ComparedChange {
  readonly before?: unknown;
  readonly after?: unknown;
  readonly afterUnknown?: unknown;
  readonly sensitiveChanges: readonly Path[];
  readonly replacePaths?: readonly Path[];
}

type Path = readonly (string | number)[];

/** What stands in a plan where terraform knows a value to be sensitive (`SENSITIVE_VALUE` of the API). */
const SENSITIVE = '(sensitive)';
const ABSENT: Shown = { kind: 'absent', text: '' };

/** The attributes of a change by their paths, those that stay the same among them. */
export function attributesOf(change: ComparedChange): AttributeRow[] {
  const rows: AttributeRow[] = [];
  const hidden = new Set(change.sensitiveChanges.map((path) => JSON.stringify(path)));
  const forcing = (change.replacePaths ?? []).map((path) => JSON.stringify(path));
  const visit = (path: Path, before: unknown, after: unknown, unknown: unknown): void => {
    if (unknown !== true && isBranch(before, after, unknown)) {
      for (const [key, one, other, open] of childrenOf(before, after, unknown)) {
        visit([...path, key], one, other, open);
      }
      return;
    }
    const [one, other] = [shown(before), unknown === true ? UNKNOWN : shown(after)];
    if (one.kind === 'absent' && other.kind === 'absent') {
      return;
    }
    const key = JSON.stringify(path);
    rows.push({
      path: pathInWords(path),
      kind: kindOf(one, other, hidden.has(key)),
      before: one,
      after: other,
      forces: forcing.some((forced) => forced === key || key.startsWith(`${forced.slice(0, -1)},`)),
    });
  };
  visit([], change.before, change.after, change.afterUnknown);
  return rows;
}

const UNKNOWN: Shown = { kind: 'unknown', text: 'known after apply' };

function kindOf(before: Shown, after: Shown, hiddenChange: boolean): AttributeRow['kind'] {
  if (before.kind === 'absent') {
    return 'added';
  }
  if (after.kind === 'absent') {
    return 'removed';
  }
  return hiddenChange || after.kind === 'unknown' || before.text !== after.text ? 'changed' : 'same';
}

function shown(value: unknown): Shown {
  if (value === undefined || value === null) {
    return ABSENT;
  }
  if (value === SENSITIVE) {
    return { kind: 'sensitive', text: 'sensitive' };
  }
  return { kind: 'value', text: typeof value === 'string' ? value : JSON.stringify(value) };
}

type Child = readonly [key: string | number, before: unknown, after: unknown, unknown: unknown];

/** Something with parts on one side at least, and nothing else on the other. */
function isBranch(before: unknown, after: unknown, unknown: unknown): boolean {
  const sides = [before, after, unknown].filter(
    (side) => side !== undefined && side !== null && side !== false,
  );
  return (
    (sides.every(Array.isArray) || sides.every(isMap)) &&
    sides.some((side) => Object.keys(side as object).length > 0)
  );
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function childrenOf(before: unknown, after: unknown, unknown: unknown): Child[] {
  if ([before, after, unknown].some(Array.isArray)) {
    return itemsOf(listOf(before), listOf(after), listOf(unknown));
  }
  const [one, other, open] = [mapOf(before), mapOf(after), mapOf(unknown)];
  const keys = new Set([...Object.keys(one), ...Object.keys(other), ...Object.keys(open)]);
  return [...keys].sort().map((key) => [key, one[key], other[key], open[key]]);
}

/**
 * Items of a list. Sets come as lists, too, so that an item stays itself wherever it stands; what is left over is compared
 * in order.
 */
function itemsOf(
  before: readonly unknown[],
  after: readonly unknown[],
  unknown: readonly unknown[],
): Child[] {
  const known = after.map((item, index) => (hasUnknown(unknown[index]) ? null : JSON.stringify(item)));
  const partners = new Map<number, number>();
  const taken = new Set<number>();
  before.forEach((item, index) => {
    const text = JSON.stringify(item);
    const same =
      known[index] === text ? index : known.findIndex((each, at) => each === text && !taken.has(at));
    if (same !== -1 && !taken.has(same)) {
      partners.set(index, same);
      taken.add(same);
    }
  });
  const left = [...Array(Math.max(after.length, unknown.length)).keys()].filter((index) => !taken.has(index));
  const children: Child[] = before.map((item, index) => {
    const partner = partners.get(index) ?? left.shift();
    return partner === undefined
      ? [index, item, undefined, undefined]
      : [partner, item, after[partner], unknown[partner]];
  });
  left.forEach((index) => children.push([index, undefined, after[index], unknown[index]]));
  return children.sort(([one], [other]) => Number(one) - Number(other));
}

function hasUnknown(value: unknown): boolean {
  return (
    value === true || (typeof value === 'object' && value !== null && Object.values(value).some(hasUnknown))
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function mapOf(value: unknown): Record<string, unknown> {
  return isMap(value) ? value : {};
}

function pathInWords(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') {
        return `[${part}]`;
      }
      const name = /^[A-Za-z_][\w-]*$/.test(part) ? part : null;
      return name === null ? `[${JSON.stringify(part)}]` : index === 0 ? name : `.${name}`;
    })
    .join('');
}
