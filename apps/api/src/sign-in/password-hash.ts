import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** 128 MB and some 0.4 s a time; what is stored says with which it was made, so that they may be raised. */
const PARAMETERS: ScryptOptions = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const BYTES = 32;
const STORED = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]+)\$([\w-]+)$/;

/** What is stored of a password: its parameters, a salt and the hash. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derived(password, salt, PARAMETERS);
  const { N, r, p } = PARAMETERS;
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether it is that password. @throws Error where what is stored has an unknown form */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] = STORED.exec(stored) ?? [];
  if (N === undefined) {
    throw new Error('a stored password has an unknown form');
  }
  const options = { N: Number(N), r: Number(r), p: Number(p), maxmem: PARAMETERS.maxmem };
  const right = Buffer.from(hash, 'base64url');
  const given = await derived(password, Buffer.from(salt, 'base64url'), options);
  return given.length === right.length && timingSafeEqual(given, right);
}

async function derived(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The same characters, however a keyboard composes them.
    scrypt(password.normalize('NFKC'), salt, BYTES, options, (error, key) => {
      if (error === null) {
        resolve(key);
      } else {
        reject(error);
      }
    });
  });
}
