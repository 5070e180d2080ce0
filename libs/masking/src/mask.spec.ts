import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Mask } from './mask.js';

const SECRET = 'p@ss "w0rd"<\\>${x}+é/=';

/** Piece by piece, as it would stand in a log. */
function streamed(mask: Mask, pieces: readonly Buffer[], standsStill = false): string {
  const stream = mask.stream();
  if (stream === null) {
    return Buffer.concat(pieces).toString('utf8');
  }
  const out = pieces.flatMap((piece) => [
    stream.write(piece),
    ...(standsStill ? [stream.release(), stream.release()] : []),
  ]);
  return Buffer.concat([...out, stream.end()]).toString('utf8');
}

describe('a mask', () => {
  const mask = Mask.of([SECRET]);

  it('hides a value as it is, and leaves the rest as it was', () => {
    expect(mask.text(`before ${SECRET} after`)).toBe('before *** after');
    expect(mask.text('nothing of it')).toBe('nothing of it');
  });

  it.each([
    ['JSON', JSON.stringify(SECRET).slice(1, -1)],
    ['JSON of Go', JSON.stringify(SECRET).slice(1, -1).replace('<', '\\u003c').replace('>', '\\u003e')],
    ['JSON in JSON', JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)],
    ['JSON of Python', JSON.stringify(SECRET).slice(1, -1).replace('é', '\\u00e9')],
    ['terraform’s language', JSON.stringify(SECRET).slice(1, -1).replace('${', '$${')],
    ['an address', encodeURIComponent(SECRET)],
    ['an address in lower case', encodeURIComponent(SECRET).replace(/%../g, (hex) => hex.toLowerCase())],
    ['the user of an address', new URL(`http://x:${encodeURIComponent(SECRET)}@y`).password],
    ['a form', new URLSearchParams({ x: SECRET }).toString().slice(2)],
    ['base64', Buffer.from(SECRET).toString('base64')],
    ['base64 for addresses', Buffer.from(SECRET).toString('base64url')],
  ])('hides it in %s', (_, form) => {
    expect(form).not.toBe('');
    expect(mask.text(`<${form}>`)).toBe('<***>');
  });

  it('hides it within a longer text of base64, wherever it stands in that', () => {
    for (const before of ['', 'u', 'us', 'use', 'user:']) {
      for (const after of ['', '!', '!!', '!!!']) {
        const form = Buffer.from(`${before}${SECRET}${after}`).toString('base64');
        const masked = mask.text(form);
        expect(masked).toContain('***');
        expect(masked.length).toBeLessThan(before.length * 2 + after.length * 2 + 12);
      }
    }
  });

  it('hides values that touch or overlap as one', () => {
    expect(Mask.of(['abcdefgh', 'efghijkl']).text('-abcdefghijklabcdefgh-')).toBe('-***-');
  });

  it('hides each line of a value with several, however it is indented and its lines end', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADAN\r\n  Bgkqhki\n-----END KEY-----\n';
    const masked = Mask.of([key]).text('a\n    -----BEGIN KEY-----\n    MIIEvQIBADAN\n  Bgkqhki!\n');
    expect(masked).toBe('a\n    ***\n    ***\n  ***!\n');
    expect(Mask.of([key]).text(`x${key}y`)).toBe('x***\ny');
    expect(Mask.of(['1234\n5678']).text('1234\n5678\n5678')).toBe('***\n5678');
  });

  it('takes short and empty values for none', () => {
    expect(Mask.of(['', ' ', 'true', '12345', '1\n2\n'])).toBe(Mask.none);
    expect(Mask.none.stream()).toBeNull();
    expect(Mask.of(['true', '123456']).text('true 12345 123456')).toBe('true 12345 ***');
  });

  it('leaves JSON that can be read', () => {
    const tricky = Mask.of(['nabcdef', 'slash\\end', '123456']);
    for (const text of ['\nabcdef', '\\nabcdef', 'C:\\nabcdef', 'slash\\end"', 'slash\\end']) {
      const line = JSON.stringify({ text });
      expect(JSON.parse(tricky.text(line))).toEqual({ text: expect.stringContaining('***') });
    }
    expect(tricky.json({ a: [123456, 'x nabcdef'], nabcdef: null, b: true, c: 12 })).toEqual({
      a: [123456, 'x ***'],
      '***': null,
      b: true,
      c: 12,
    });
  });

  it('hides a value of any length', () => {
    const long = Array.from({ length: 20_000 }, (_, n) => String.fromCharCode(33 + ((n * 7) % 90))).join('');
    expect(Mask.of([long]).text(`<${long}>`)).toBe('<***>');
  });

  it('hides more than can be looked for in every form as it is and in JSON', () => {
    const many = Array.from({ length: 300 }, (_, n) => `${n} ${'"x'.repeat(500)}`);
    const mask = Mask.of([...many, 'short secret']);
    expect(mask.text(`<${String(many[299])}>`)).toBe('<***>');
    expect(mask.text(JSON.stringify(many[299]))).toBe('"***"');
    expect(mask.text(Buffer.from('short secret').toString('base64'))).toBe('***');
  });

  it('holds nothing back of a finished line', () => {
    const stream = Mask.of(['secret-value', 'first line\nsecond line']).stream();
    expect(String(stream?.write(Buffer.from('a line\n')))).toBe('a line\n');
    expect(String(stream?.write(Buffer.from('secr')))).toBe('');
    expect(String(stream?.write(Buffer.from('ets\n')))).toBe('secrets\n');
    expect(String(stream?.write(Buffer.from('first line\n')))).toBe('');
    expect(String(stream?.release())).toBe('***\n');
    expect(String(stream?.write(Buffer.from('second line\n')))).toBe('***\n');
  });

  it('lets the short beginning of a value out where a text stands still, and hides the rest', () => {
    const stream = Mask.of(['secret-value']).stream();
    expect(String(stream?.write(Buffer.from('the secr')))).toBe('the ');
    expect(String(stream?.release())).toBe('secr');
    expect(String(stream?.write(Buffer.from('et-')))).toBe('');
    expect(String(stream?.write(Buffer.from('value!')))).toBe('***!');
    expect(String(stream?.write(Buffer.from('se')))).toBe('');
    expect(String(stream?.release())).toBe('se');
    expect(String(stream?.write(Buffer.from('cret-value')))).toBe('***');
    expect(String(stream?.write(Buffer.from('secret-value!')))).toBe('!');
    expect(String(stream?.write(Buffer.from('secret-valu')))).toBe('');
    expect(String(stream?.release())).toBe('');
    expect(String(stream?.end())).toBe('secret-valu');
  });

  it('hides a value in two lines, of which none holds it', () => {
    const stream = Mask.of(['secret-value']).stream();
    const line = (text: string): string => String(stream?.line(Buffer.from(text)));
    expect(['x secret-v', 'alue y', 'se', 'cret-value', 'z'].map(line)).toEqual([
      'x ***',
      '*** y',
      'se',
      '***',
      'z',
    ]);
    expect(['secret-value', 'no secret', 'at all'].map(line)).toEqual(['***', 'no ***', 'at all']);
  });

  it('takes of a piece what cannot be the beginning of a value, and what is nothing else', () => {
    const mask = Mask.of(['secret-value']);
    expect(mask.piece(Buffer.from('secret-value and secret-'))).toEqual({
      content: Buffer.from('*** and '),
      taken: 17,
    });
    expect(mask.piece(Buffer.from('secret-'))).toEqual({ content: Buffer.from('secret-'), taken: 7 });
    expect(Mask.none.piece(Buffer.from('x')).taken).toBe(1);
  });

  const value = fc
    .string({ unit: 'grapheme', minLength: 6, maxLength: 40 })
    .filter((text) => !text.includes('*'));
  const few = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\\', '"'), minLength: 6, maxLength: 12 });

  it('lets no value through, whatever stands around it and however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(value, few), { minLength: 1, maxLength: 5 }),
        fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), few, fc.nat(4)), { maxLength: 12 }),
        fc.array(fc.nat(9)),
        (values, texts, cuts) => {
          const secrets = values.map((one) => one.trim()).filter((one) => Buffer.byteLength(one) >= 6);
          const text = texts
            .map((one) =>
              typeof one === 'number' ? (secrets[one % Math.max(1, secrets.length)] ?? '') : one,
            )
            .join('');
          const mask = Mask.of(values);
          const whole = mask.text(text);
          for (const secret of secrets) {
            expect(whole).not.toContain(secret);
          }
          const still = streamed(mask, pieces(Buffer.from(text), cuts), true);
          for (const secret of secrets) {
            expect(still).not.toContain(secret);
          }
          expect(streamed(mask, pieces(Buffer.from(text), cuts))).toBe(Buffer.from(whole).toString());
        },
      ),
      { numRuns: 600 },
    );
  });

  it('leaves a text without values as it was, however it is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(9)), (text, cuts) => {
        const mask = Mask.of(['a-value-that-is-not-there', 'another\none of them']);
        expect(mask.text(text)).toBe(text);
        expect(streamed(mask, pieces(Buffer.from(text), cuts))).toBe(Buffer.from(text).toString());
      }),
      { numRuns: 500 },
    );
  });

  function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
    const all: Buffer[] = [];
    let at = 0;
    for (const cut of cuts) {
      all.push(bytes.subarray(at, at + cut));
      at += cut;
    }
    return [...all, bytes.subarray(at)];
  }
});
