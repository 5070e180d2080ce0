import { redactText } from './redact-text.js';

const CENSOR = '(redacted)';
/** Of a key without its case and its dashes: what it is called when it is a secret, with whatever stands before it. */
const SECRET_KEY =
  /(authorization|cookies?|passwords?|passwd|passphrase|secrets?|tokens?|apikeys?|privatekey|encryptionkey|accesskey|credentials?)$|^(value|pass|pwd)$/;
/** Deeper than anything that is logged on purpose; what lies below is not looked at and so not written. */
const MAX_DEPTH = 50;

/**
 * A copy for the log, without secrets at any depth: under their names, in headers and pairs, in errors and their causes,
 * and in texts.
 */
export function withoutSecrets(value: unknown): unknown {
  return copyOf(value, 0, new Set());
}

function copyOf(value: unknown, depth: number, above: Set<object>): unknown {
  if (typeof value === 'string') {
    return redactText(value);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (depth > MAX_DEPTH || above.has(value)) {
    return above.has(value) ? '(circular)' : '(too deep)';
  }
  above.add(value);
  try {
    return copyOfObject(value, depth + 1, above);
  } finally {
    above.delete(value);
  }
}

function copyOfObject(value: object, depth: number, above: Set<object>): unknown {
  if (ArrayBuffer.isView(value)) {
    return `(${value.byteLength} bytes)`;
  }
  if (value instanceof Error) {
    return copyOfError(value, depth, above);
  }
  if (Array.isArray(value)) {
    return copyOfList(value, depth, above);
  }
  if (value instanceof Map) {
    return copyOfEntries(
      [...value].map(([key, one]) => [String(key), one]),
      depth,
      above,
    );
  }
  if (value instanceof Set) {
    return copyOfList([...value], depth, above);
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return copyOf((value as { toJSON(): unknown }).toJSON(), depth, above);
  }
  return copyOfEntries(Object.entries(value), depth, above);
}

function copyOfEntries(
  entries: readonly (readonly [string, unknown])[],
  depth: number,
  above: Set<object>,
): object {
  return Object.fromEntries(
    entries.map(([key, one]) => [key, isSecret(key) ? censored(one) : copyOf(one, depth, above)]),
  );
}

/** Node's raw headers are names and values in turn; pairs are lists of two. */
function copyOfList(list: readonly unknown[], depth: number, above: Set<object>): unknown[] {
  return list.map((one, index) => {
    const before: unknown = list[index - 1];
    return typeof before === 'string' && isSecret(before) ? censored(one) : copyOf(one, depth, above);
  });
}

function copyOfError(error: Error, depth: number, above: Set<object>): object {
  const { name, message, stack, cause } = error;
  const own = Object.entries(error).filter(([key]) => !['name', 'message', 'stack', 'cause'].includes(key));
  const errors = error instanceof AggregateError ? { errors: copyOf(error.errors, depth, above) } : {};
  return {
    type: error.constructor.name === '' ? name : error.constructor.name,
    message: redactText(message),
    stack: redactText(stack ?? ''),
    ...copyOfEntries(own, depth, above),
    ...errors,
    ...(cause === undefined ? {} : { cause: copyOf(cause, depth, above) }),
  };
}

function isSecret(key: string): boolean {
  return SECRET_KEY.test(key.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

/** That there is none may be said. */
function censored(value: unknown): unknown {
  return value === null || value === undefined || typeof value === 'boolean' ? value : CENSOR;
}
