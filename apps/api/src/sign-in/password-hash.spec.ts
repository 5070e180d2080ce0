import { describe, expect, it } from '@jest/globals';
import { hashPassword, isPassword } from './password-hash.js';

describe('a stored password', () => {
  it('says how it was made, and is another one each time', async () => {
    const [one, other] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
    expect(one).toMatch(/^scrypt\$131072\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(other);
    expect(one).not.toContain('horse');
  });

  it('is that password and no other one, also where it was made with other parameters', async () => {
    const stored = await hashPassword('caf\u00e9 au lait');
    expect(await isPassword('cafe\u0301 au lait', stored)).toBe(true);
    expect(await isPassword('cafe au lait', stored)).toBe(false);
    // From RFC 7914: N = 1024, r = 8, p = 16, of which the first 32 bytes are the same.
    const salt = Buffer.from('NaCl').toString('base64url');
    const hash = Buffer.from('fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162', 'hex');
    expect(await isPassword('password', `scrypt$1024$8$16$${salt}$${hash.toString('base64url')}`)).toBe(true);
  });

  it('of an unknown form is an error, and not a wrong password', async () => {
    await expect(isPassword('x', 'argon2$x')).rejects.toThrow('unknown form');
  });
});
