import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { typeOfBytes } from './guessed-type.js';

async function tar(): Promise<Buffer> {
  const packed = pack();
  packed.entry({ name: 'main.tf' }, 'x');
  packed.finalize();
  return buffer(packed);
}

describe('the type that bytes have', () => {
  it.each<[string, Buffer, string | null]>([
    ['a gzip', gzipSync('x'), 'application/gzip'],
    ['a zip', Buffer.from('PK\u0003\u0004\u0014'), 'application/zip'],
    ['an object', Buffer.from(' \n{"a":1}'), 'application/json'],
    ['a list', Buffer.from('[1]'), 'application/json'],
    ['an object behind a mark', Buffer.from('\ufeff{}'), 'application/json'],
    ['a text', Buffer.from('hello'), null],
    ['nothing', Buffer.alloc(0), null],
  ])('is that of %s', (_what, bytes, type) => {
    expect(typeOfBytes(bytes)).toBe(type);
  });

  it('is that of a tar', async () => {
    expect(typeOfBytes(await tar())).toBe('application/x-tar');
  });
});
