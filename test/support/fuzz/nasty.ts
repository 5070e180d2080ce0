import fc from 'fast-check';

/** Places in lists that no list has. */
export const nastyCursor: fc.Arbitrary<string> = fc
  .constantFrom(
    '-271821-04-20T00:00:00.000Z|00000000-0000-0000-0000-000000000000',
    '+275760-09-13T00:00:00.000Z|00000000-0000-0000-0000-000000000000',
    '0000-01-01T00:00:00.000Z|00000000-0000-0000-0000-000000000000',
    '2026-01-01T00:00:00.000Z|x',
    'a\0b',
    '',
  )
  .map((cursor) => Buffer.from(cursor).toString('base64url'));

/** Texts that databases, parsers and paths have been seen to stumble over. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    'x\udc00y',
    '\ufeff',
    '\u202e',
    '../../etc/passwd',
    '..',
    '/',
    '-rf',
    "' or 1=1 --",
    '$1',
    '%',
    '%00',
    '%ff%fe',
    '__proto__',
    'constructor',
    'toString',
    'null',
    'NaN',
    '-1',
    '0',
    '00',
    '1e3',
    '0x10',
    '2147483648',
    '99999999999999999999999999',
    '-271821-04-20T00:00:00.000Z',
    '+275760-09-13T00:00:00.000Z',
    '0000-01-01T00:00:00.000Z',
    '00000000-0000-0000-0000-000000000000',
  ),
  nastyCursor,
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.integer({ min: 200, max: 6_000 }).map((length) => 'x'.repeat(length)),
);

export const nastyNumber: fc.Arbitrary<number> = fc.constantFrom(
  0,
  -1,
  1.5,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53,
  1e21,
  1e308,
  -1e308,
);

/** Any JSON, among it what is deep. */
export const nastyJson: fc.Arbitrary<unknown> = fc.oneof(
  nastyText,
  nastyNumber,
  fc.constantFrom(null, true, false, [], {}, [[]], [{}]),
  fc.jsonValue({ maxDepth: 3 }),
  fc.integer({ min: 5, max: 200 }).map(nested),
  nastyText.map((key) => ({ [key]: 1 })),
);

function nested(depth: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < depth; level += 1) {
    value = level % 2 === 0 ? [value] : { deeper: value };
  }
  return value;
}
