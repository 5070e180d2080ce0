/** Where a field's value stands in its JSON: bytes from and up to. */
export interface FieldRange {
  readonly from: number;
  readonly to: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);
const COLON = 0x3a;
const COMMA = 0x2c;
const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);

/**
 * The fields of a JSON object and where their values are, so that one can be read or replaced in the bytes themselves:
 * parsed and written anew, numbers that JavaScript does not hold exactly would be rounded. Of two fields of one name the
 * last one counts, as for JSON.parse and for terraform. The JSON is known to be whole.
 */
export function topLevelFields(json: Buffer): Map<string, FieldRange> {
  const fields = new Map<string, FieldRange>();
  let depth = 0;
  let name: string | null = null;
  let from = 0;
  const close = (end: number): void => {
    if (name !== null) {
      fields.set(name, trimmed(json, from, end));
    }
    name = null;
  };
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) {
      const end = endOfString(json, at);
      if (depth === 1 && name === null) {
        name = String(JSON.parse(json.toString('utf8', at, end)));
      }
      at = end - 1;
    } else if (OPEN.has(byte)) {
      depth += 1;
    } else if (CLOSE.has(byte)) {
      depth -= 1;
      if (depth === 0) {
        close(at);
      }
    } else if (depth === 1 && byte === COLON) {
      from = at + 1;
    } else if (depth === 1 && byte === COMMA) {
      close(at);
    }
  }
  return fields;
}

/** Behind the closing quote of the string that begins here. */
function endOfString(json: Buffer, start: number): number {
  for (let end = json.indexOf(QUOTE, start + 1); end !== -1; end = json.indexOf(QUOTE, end + 1)) {
    let slashes = 0;
    while (json[end - 1 - slashes] === BACKSLASH) {
      slashes += 1;
    }
    if (slashes % 2 === 0) {
      return end + 1;
    }
  }
  return json.length;
}

function trimmed(json: Buffer, from: number, to: number): FieldRange {
  let [first, behind] = [from, to];
  while (first < behind && SPACE.has(json[first] ?? 0)) {
    first += 1;
  }
  while (behind > first && SPACE.has(json[behind - 1] ?? 0)) {
    behind -= 1;
  }
  return { from: first, to: behind };
}
