import { describe, expect, it } from '@jest/globals';
import { storable, unstorablePath } from './storable-text.js';

describe('what PostgreSQL takes no text with', () => {
  it('is replaced in every string, however deep, and in the names of fields', () => {
    const half = '😀'.slice(0, 1);
    expect(storable({ message: 'a\0b', data: [{ [`k\0`]: `${half} end` }], seconds: 1, none: null })).toEqual(
      {
        message: 'a\ufffdb',
        data: [{ 'k\ufffd': '\ufffd end' }],
        seconds: 1,
        none: null,
      },
    );
  });

  it('leaves whole characters as they are', () => {
    expect(storable({ said: 'größer 😀', fine: true })).toEqual({ said: 'größer 😀', fine: true });
  });
});

describe('what a person gave and PostgreSQL would not take', () => {
  it.each<[unknown, string | null]>([
    [{ value: 'größer 😀', list: [1, null, true] }, null],
    [{ value: '\ud83d end' }, 'value'],
    [{ value: 'front \udc00' }, 'value'],
    [{ list: [{ message: 'a\0b' }] }, 'list.0.message'],
    [{ outer: { 'k\ud800': 1 } }, 'outer.k\ufffd'],
    ['\0', 'body'],
  ])('is named by where it stands: %j', (json, path) => {
    expect(unstorablePath(json)).toBe(path);
  });
});
