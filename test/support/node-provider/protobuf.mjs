const VARINT = 0;
const BYTES = 2;

/** The fields of a message by their numbers: bytes as they are, of a repeated one the last; other kinds do not occur. */
export function read(message) {
  const fields = {};
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = message[at];
      at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        return value;
      }
    }
  };
  while (at < message.length) {
    const key = varint();
    const kind = key & 0x07;
    const length = varint();
    if (kind === BYTES) {
      fields[key >> 3] = message.subarray(at, at + length);
      at += length;
    } else if (kind === VARINT) {
      fields[key >> 3] = length;
    } else {
      throw new Error(`a field of wire type ${kind}`);
    }
  }
  return fields;
}

/** Bytes or text under a number; nothing is left out. */
export function field(number, content) {
  const bytes = Buffer.from(content ?? '');
  return Buffer.concat([varintOf((number << 3) | BYTES), varintOf(bytes.length), bytes]);
}

export function flag(number, value) {
  return value ? Buffer.concat([varintOf((number << 3) | VARINT), varintOf(Number(value))]) : Buffer.alloc(0);
}

export function message(...fields) {
  return Buffer.concat(fields);
}

function varintOf(value) {
  const bytes = [];
  for (let left = value; ; left >>>= 7) {
    if (left < 0x80) {
      return Buffer.from([...bytes, left]);
    }
    bytes.push((left & 0x7f) | 0x80);
  }
}
