import { cutText } from '@berth/domain';
import { invalidField } from '../problems/problem-error.js';

export interface FieldLimit {
  readonly maxLength: number;
  /** What is beyond is cut off, and the text says so; without it, a field that is too long is refused. */
  readonly cut?: true;
}

/** The fields that a form may have, once each; others are ignored. */
export type FieldLimits = Readonly<Record<string, FieldLimit>>;

const SHORT: FieldLimit = { maxLength: 100 };
const TEXT: FieldLimit = { maxLength: 32_000, cut: true };

/** Everything that workers say in forms; how much of a text is kept, each call knows better. */
export const WORKER_FIELDS: FieldLimits = {
  build_id: SHORT,
  worker_id: SHORT,
  success: SHORT,
  error_message: { maxLength: 10_000, cut: true },
  error: TEXT,
  reason: TEXT,
  progress: TEXT,
  level: TEXT,
  message: TEXT,
  status: TEXT,
};

export interface ArrivedField {
  readonly name: string;
  readonly value: string;
  /** The value is only the beginning of what was sent. */
  readonly truncated: boolean;
}

/** @throws ProblemError 400 where a field that is wanted comes twice, or is too long */
export function keepField(
  fields: Record<string, string>,
  limits: FieldLimits,
  { name, value, truncated }: ArrivedField,
): void {
  const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
  if (limit === undefined) {
    return;
  }
  if (fields[name] !== undefined) {
    throw invalidField(name, 'must be given once');
  }
  if (limit.cut === true) {
    const had = truncated ? `more than ${value.length}` : `${value.length}`;
    fields[name] = cutText(value, limit.maxLength, had);
    return;
  }
  if (truncated || value.length > limit.maxLength) {
    throw invalidField(name, `may have ${limit.maxLength} characters at the most`);
  }
  fields[name] = value;
}
