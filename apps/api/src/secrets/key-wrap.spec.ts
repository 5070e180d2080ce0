import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { KeyWrap } from './key-wrap.js';

describe('a key that wraps', () => {
  const given = randomBytes(32).toString('base64');
  const key = randomBytes(32);

  it('unwraps what it wrapped, and only as what it was', () => {
    const wrap = new KeyWrap(given);
    const wrapped = wrap.wrap('data', key);
    expect(wrapped.includes(key)).toBe(false);
    expect(new KeyWrap(given).unwrap('data', wrapped)).toEqual(key);
    expect(wrap.unwrap('root', wrapped)).toBeNull();
    expect(new KeyWrap(randomBytes(32).toString('base64')).unwrap('data', wrapped)).toBeNull();
  });

  it('has a name that tells it from others', () => {
    expect(new KeyWrap(given).name).toBe(new KeyWrap(given).name);
    expect(new KeyWrap(given).name).toMatch(/^[0-9a-f]{16}$/);
    expect(new KeyWrap(given).name).not.toBe(new KeyWrap(key.toString('base64')).name);
  });
});
