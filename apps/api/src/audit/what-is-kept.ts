/** Fields whose values never reach a record: secrets, what may hold some, and what is too large to be one of the facts. */
const LEFT_OUT =
  /token|password|secret|private|credential|passphrase|^certs?|^otp|^code$|verifier|^value$|^env$|^steps$|^content$|^state$|^data$|^key$/i;
const TEXT_LENGTH = 500;
const LIST_LENGTH = 50;
const FIELDS = 100;
const DEPTH = 6;

/** What stands for a value that is not kept. */
export const NOT_KEPT = '(not kept)';

/** A document as a record keeps it: without secrets, and bounded. */
export function whatIsKept(value: unknown, depth = DEPTH): unknown {
  if (typeof value === 'string') {
    return value.length > TEXT_LENGTH ? `${value.slice(0, TEXT_LENGTH)}…` : value;
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (depth === 0) {
    return NOT_KEPT;
  }
  if (Array.isArray(value)) {
    return value.slice(0, LIST_LENGTH).map((one) => whatIsKept(one, depth - 1));
  }
  if (value instanceof Date) {
    return value.toISOString();
  }
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, FIELDS)
      .map(([field, one]) => [
        field,
        LEFT_OUT.test(field) && one !== null && typeof one !== 'boolean'
          ? NOT_KEPT
          : whatIsKept(one, depth - 1),
      ]),
  );
}

/** Of what was there before, what the change is about; all of it where the thing is gone. */
export function comparable(before: unknown, after: unknown): unknown {
  if (!isObject(before) || !isObject(after)) {
    return before;
  }
  return Object.fromEntries(Object.entries(before).filter(([field]) => field in after));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
