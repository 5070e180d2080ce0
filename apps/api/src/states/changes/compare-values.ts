import type { StateValue } from '@berth/contracts';
import type { IsSensitive, Path } from './sensitive-paths.js';

/** A value that differs; undefined on the side that does not have it. */
export interface ValueChange {
  readonly path: Path;
  readonly before: StateValue | undefined;
  readonly after: StateValue | undefined;
}

export const SENSITIVE = '(sensitive)';
const MAX_TEXT = 1_000;
/** Deeper than any provider's attributes; what lies below is compared as a whole. */
const MAX_DEPTH = 50;

/** Each single value that differs between two values, in the order of their names. */
export function* compareValues(
  before: unknown,
  after: unknown,
  isSensitive: IsSensitive,
  path: Path = [],
): Generator<ValueChange> {
  if (isSensitive(path) || path.length >= MAX_DEPTH) {
    if (JSON.stringify(before) !== JSON.stringify(after)) {
      yield { path, before: hidden(before), after: hidden(after) };
    }
    return;
  }
  if (isNested(before) || isNested(after)) {
    for (const step of stepsOf(before, after)) {
      yield* compareValues(childOf(before, step), childOf(after, step), isSensitive, [...path, step]);
    }
    // What became something of another kind: the one that is not nested has no steps.
    if (isNested(before) === isNested(after)) {
      return;
    }
  }
  const [one, other] = [shown(before), shown(after)];
  // A null beside what is nested, or beside nothing, is no value that anybody looks for.
  if (before !== after && ((one ?? null) !== null || (other ?? null) !== null)) {
    yield { path, before: one, after: other };
  }
}

function hidden(value: unknown): StateValue | undefined {
  return value === undefined || value === null ? value : SENSITIVE;
}

/** Nothing of what is nested, whose values are told one by one. */
function shown(value: unknown): StateValue | undefined {
  if (typeof value === 'string') {
    return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  }
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? value : undefined;
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function stepsOf(before: unknown, after: unknown): (string | number)[] {
  const lists = [before, after].filter((one) => Array.isArray(one));
  if (lists.length > 0 && [before, after].every((one) => Array.isArray(one) || !isNested(one))) {
    return Array.from({ length: Math.max(...lists.map(({ length }) => length)) }, (_, n) => n);
  }
  const names = [before, after].flatMap((one) => (isNested(one) ? Object.keys(one) : []));
  return [...new Set(names)].sort();
}

function childOf(value: unknown, step: string | number): unknown {
  return isNested(value) && Object.hasOwn(value, step)
    ? (value as Record<string | number, unknown>)[step]
    : undefined;
}
