import { describe, expect, it } from '@jest/globals';
import { storable } from './storable-text.js';

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
