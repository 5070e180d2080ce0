import { isDeepStrictEqual } from 'node:util';
import { SENSITIVE_VALUE, type PlanPath } from '@berth/contracts';

/** A change as `terraform show -json` has it: values, and beside them trees in which `true` marks what is sensitive. */
export interface MarkedChange {
  readonly before: unknown;
  readonly after: unknown;
  readonly beforeSensitive: unknown;
  readonly afterSensitive: unknown;
  readonly afterUnknown: unknown;
}

export interface RedactedChange {
  readonly before: unknown;
  readonly after: unknown;
  readonly afterUnknown: unknown;
  readonly sensitiveChanges: PlanPath[];
}

type Tree = Record<string | number, unknown>;
type Marks = readonly unknown[];

/** After `spread`: what is marked in any element of a list counts for every element. */
class EveryElement {
  constructor(readonly elements: readonly unknown[]) {}
}

/**
 * Replaces what either side marks as sensitive, on both sides: a value that has only now become
 * sensitive is the same secret that stood there before.
 */
export function redactChange(change: MarkedChange): RedactedChange {
  const { before, after } = change;
  const marks = marksOf(change);
  const sensitiveChanges: PlanPath[] = [];
  if (isPresent(before) && isPresent(after)) {
    collectChanges(before, after, marks, [], sensitiveChanges);
  }
  return {
    before: redactRoot(before, marks),
    after: redactRoot(after, marks),
    afterUnknown: pruneUnknown(change.afterUnknown ?? false, marks),
    sensitiveChanges,
  };
}

/** Cuts a path where it enters a sensitive value: the keys below are part of the secret. */
export function visiblePath(
  path: PlanPath,
  change: Pick<MarkedChange, 'beforeSensitive' | 'afterSensitive'>,
): PlanPath {
  let marks: Marks = [change.beforeSensitive, change.afterSensitive];
  const end = path.findIndex((step) => {
    const hidden = marks.some((mark) => !isTree(mark) && Boolean(mark));
    marks = below(marks, step);
    return hidden;
  });
  return end === -1 ? path : path.slice(0, end);
}

function marksOf({ before, after, beforeSensitive, afterSensitive }: MarkedChange): Marks {
  const comparable = isTree(before) && isTree(after);
  if (!comparable || isDeepStrictEqual(beforeSensitive, afterSensitive)) {
    return [beforeSensitive, afterSensitive];
  }
  // Elements move between the sides of a list: with different marks, an index says nothing about the other side.
  return [spread(beforeSensitive), spread(afterSensitive)];
}

function spread(mark: unknown): unknown {
  if (Array.isArray(mark)) {
    return new EveryElement(mark.map(spread));
  }
  return isTree(mark) ? mapValues(mark, spread) : mark;
}

/** Null at the root is no value but "there is nothing", which is known from the actions anyway. */
function redactRoot(value: unknown, marks: Marks): unknown {
  return isPresent(value) ? redact(value, marks) : null;
}

function redact(value: unknown, marks: Marks): unknown {
  return isSensitive(value, marks) ? SENSITIVE_VALUE : mapChildren(value, marks, redact);
}

/** Keys below a sensitive value are secret as well: all that stays is whether something is unknown. */
function pruneUnknown(unknown: unknown, marks: Marks): unknown {
  if (isSensitive(unknown, marks)) {
    return containsTrue(unknown);
  }
  return mapChildren(unknown, marks, pruneUnknown);
}

function collectChanges(
  before: unknown,
  after: unknown,
  marks: Marks,
  path: PlanPath,
  found: PlanPath[],
): void {
  if (isSensitive(before, marks) || isSensitive(after, marks)) {
    if (before !== undefined && after !== undefined && !isDeepStrictEqual(before, after)) {
      found.push(path);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.min(before.length, after.length); index += 1) {
      collectChanges(before[index], after[index], below(marks, index), [...path, index], found);
    }
  } else if (isTree(before) && isTree(after)) {
    for (const [key, child] of Object.entries(before)) {
      if (Object.hasOwn(after, key)) {
        collectChanges(child, after[key], below(marks, key), [...path, key], found);
      }
    }
  }
}

/** Where a mark has not the shape of the value, it hides the whole value if anything below it is marked. */
function isSensitive(value: unknown, marks: Marks): boolean {
  return marks.some((mark) => {
    if (!isTree(mark)) {
      return Boolean(mark);
    }
    if (!isPresent(value)) {
      return false;
    }
    const sameShape = isList(mark) ? Array.isArray(value) : isTree(value) && !Array.isArray(value);
    return !sameShape && containsTrue(mark);
  });
}

function below(marks: Marks, key: string | number): Marks {
  return marks.flatMap((mark): Marks => {
    if (mark instanceof EveryElement) {
      return mark.elements;
    }
    return isTree(mark) && Object.hasOwn(mark, key) ? [mark[key]] : [];
  });
}

function mapChildren(
  value: unknown,
  marks: Marks,
  visit: (child: unknown, marks: Marks) => unknown,
): unknown {
  if (Array.isArray(value)) {
    return value.map((child, index) => visit(child, below(marks, index)));
  }
  return isTree(value) ? mapValues(value, (child, key) => visit(child, below(marks, key))) : value;
}

/** fromEntries defines own properties: a key named __proto__ stays a key. */
function mapValues(tree: Tree, visit: (child: unknown, key: string) => unknown): Tree {
  return Object.fromEntries(Object.entries(tree).map(([key, child]) => [key, visit(child, key)]));
}

function containsTrue(tree: unknown): boolean {
  if (tree instanceof EveryElement) {
    return tree.elements.some(containsTrue);
  }
  return isTree(tree) ? Object.values(tree).some(containsTrue) : Boolean(tree);
}

function isList(mark: unknown): boolean {
  return Array.isArray(mark) || mark instanceof EveryElement;
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null;
}
