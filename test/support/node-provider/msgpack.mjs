/** What is not known before the apply: an extension, whose bytes say nothing. */
export const UNKNOWN = Buffer.from([0xd4, 0x00, 0x00]);

/** An object of null, booleans, numbers and text; an extension, such as an unknown value, stays the bytes that it is. */
export function decode(bytes) {
  return new Reader(bytes).value();
}

export function encode(value) {
  if (value === null) {
    return Buffer.from([0xc0]);
  }
  if (Buffer.isBuffer(value)) {
    return value;
  }
  switch (typeof value) {
    case 'boolean':
      return Buffer.from([value ? 0xc3 : 0xc2]);
    case 'number': {
      const number = Buffer.from([0xcb, 0, 0, 0, 0, 0, 0, 0, 0]);
      number.writeDoubleBE(value, 1);
      return number;
    }
    case 'string':
      return Buffer.concat([head(0xdb, Buffer.byteLength(value)), Buffer.from(value)]);
    default: {
      const entries = Object.entries(value);
      return Buffer.concat([head(0xdf, entries.length), ...entries.flat().map(encode)]);
    }
  }
}

function head(tag, size) {
  const bytes = Buffer.from([tag, 0, 0, 0, 0]);
  bytes.writeUInt32BE(size, 1);
  return bytes;
}

const FIXED = { 0xc0: null, 0xc2: false, 0xc3: true };
/** Of each tag for text or bytes, how many bytes its length has; likewise for maps and extensions. */
const TEXT = { 0xd9: 1, 0xda: 2, 0xdb: 4, 0xc4: 1, 0xc5: 2, 0xc6: 4 };
const MAP = { 0xde: 2, 0xdf: 4 };
const EXTENSION = { 0xc7: 1, 0xc8: 2, 0xc9: 4 };
const FIXED_EXTENSION = { 0xd4: 1, 0xd5: 2, 0xd6: 4, 0xd7: 8, 0xd8: 16 };
const NUMBER = {
  0xca: ['readFloatBE', 4],
  0xcb: ['readDoubleBE', 8],
  0xcc: ['readUInt8', 1],
  0xcd: ['readUInt16BE', 2],
  0xce: ['readUInt32BE', 4],
  0xcf: ['readBigUInt64BE', 8],
  0xd0: ['readInt8', 1],
  0xd1: ['readInt16BE', 2],
  0xd2: ['readInt32BE', 4],
  0xd3: ['readBigInt64BE', 8],
};

class Reader {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  value() {
    const start = this.#at;
    const tag = this.#uint(1);
    if (tag < 0x80 || tag >= 0xe0) {
      return tag < 0x80 ? tag : tag - 0x100;
    }
    if (tag < 0x90) {
      return this.#map(tag & 0x0f);
    }
    if (tag >= 0xa0 && tag < 0xc0) {
      return this.#take(tag & 0x1f).toString('utf8');
    }
    if (tag in FIXED) {
      return FIXED[tag];
    }
    if (tag in NUMBER) {
      const [read, size] = NUMBER[tag];
      return Number(this.#take(size)[read](0));
    }
    if (tag in TEXT) {
      return this.#take(this.#uint(TEXT[tag])).toString('utf8');
    }
    if (tag in MAP) {
      return this.#map(this.#uint(MAP[tag]));
    }
    if (tag in EXTENSION || tag in FIXED_EXTENSION) {
      this.#take((FIXED_EXTENSION[tag] ?? this.#uint(EXTENSION[tag])) + 1);
      return this.#bytes.subarray(start, this.#at);
    }
    throw new Error(`msgpack of the tag 0x${tag.toString(16)}`);
  }

  #map(size) {
    return Object.fromEntries(Array.from({ length: size }, () => [this.value(), this.value()]));
  }

  #uint(size) {
    return this.#take(size).readUIntBE(0, size);
  }

  #take(size) {
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }
}
