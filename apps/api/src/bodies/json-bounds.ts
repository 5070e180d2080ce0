import type { JsonBounds } from '../openapi/json-limits.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** What the bytes of a JSON text are too large in, as a person reads it; null where they are not. Nothing is parsed. */
export function outOfBounds(json: Buffer, bounds: JsonBounds): string | null {
  let depth = 0;
  let values = 0;
  let isString = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (isString) {
      if (byte === BACKSLASH) {
        at += 1;
      } else if (byte === QUOTE) {
        isString = false;
      }
    } else if (byte === QUOTE) {
      isString = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      values += 1;
      if (depth > bounds.depth) {
        return `it has objects and arrays more than ${bounds.depth} deep in each other`;
      }
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
    } else if (byte === COMMA) {
      values += 1;
    }
    if (values > bounds.values) {
      return `it has more than ${bounds.values} values`;
    }
  }
  return null;
}
