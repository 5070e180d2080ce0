import type { z } from 'zod';

const MOST_LETTERS = 40;

/**
 * What was given where something else is allowed, as the end of a sentence: of a choice among words, and of a number. Nothing of
 * what may be a secret is either; it is not repeated.
 */
export function notGiven(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code !== 'invalid_value' && !wantsNumber(issue)) {
    return '';
  }
  const given = valueAt(value, issue.path);
  if (typeof given === 'number' || typeof given === 'boolean') {
    return `, not ${String(given)}`;
  }
  return typeof given === 'string' && given.length <= MOST_LETTERS ? `, not ${JSON.stringify(given)}` : '';
}

function wantsNumber(issue: z.core.$ZodIssue): boolean {
  const wants = 'origin' in issue ? issue.origin : 'expected' in issue ? issue.expected : '';
  return ['number', 'int'].includes(wants);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}
