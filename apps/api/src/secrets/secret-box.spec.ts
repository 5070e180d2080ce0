import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { deriveKey, encrypt } from './cipher.js';
import { DataKeys } from './data-keys.js';
import { freshBox } from './fresh-box.js';
import { DataKeyUnknown, headerOf, SecretBox } from './secret-box.js';
import { openLog, sealLog } from './sealed-log.js';

const ROOT = randomBytes(32);
const [FIRST, SECOND] = [
  { id: 2, key: randomBytes(32), isKnownToAll: true },
  { id: 3, key: randomBytes(32), isKnownToAll: false },
] as const;
const SECRET = Buffer.from('s3cret');

describe('a secret box', () => {
  it('opens what it sealed', () => {
    const box = freshBox();
    expect(box.open('variable', box.seal('variable', SECRET))).toEqual(SECRET);
  });

  it('seals the same value differently each time', () => {
    const box = freshBox();
    expect(box.seal('variable', SECRET)).not.toEqual(box.seal('variable', SECRET));
  });

  it('does not open a value for another purpose, with another key, or after a change', () => {
    const box = freshBox();
    const sealed = box.seal('variable', SECRET);
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
    expect(() => box.open('state', sealed)).toThrow('cannot be opened');
    expect(() => freshBox().open('variable', sealed)).toThrow('cannot be opened');
    expect(() => box.open('variable', changed)).toThrow('cannot be opened');
    expect(() => box.open('variable', sealed.subarray(0, 12))).toThrow('cannot be opened');
    expect(() => box.open('variable', SECRET)).toThrow('unknown form');
  });

  it('names the data key in each seal, and opens what any key that it knows has sealed', () => {
    const keys = new DataKeys(ROOT, [FIRST]);
    const box = new SecretBox(keys);
    const before = box.seal('variable', SECRET);
    keys.learn([SECOND]);
    const stillFirst = box.seal('variable', SECRET);
    keys.learn([{ ...SECOND, isKnownToAll: true }]);
    const after = box.seal('variable', SECRET);
    expect([before, stillFirst, after].map((sealed) => sealed.subarray(0, 5))).toEqual(
      [2, 2, 3].map((id) => headerOf(id)),
    );
    expect([before, after].map((sealed) => box.open('variable', sealed))).toEqual([SECRET, SECRET]);
  });

  it('says of a key of which it has not heard yet that this passes', () => {
    const sealed = new SecretBox(new DataKeys(ROOT, [{ ...SECOND, isKnownToAll: true }])).seal(
      'variable',
      SECRET,
    );
    expect(() => new SecretBox(new DataKeys(ROOT, [FIRST])).open('variable', sealed)).toThrow(DataKeyUnknown);
  });

  it('opens what was sealed before there were data keys', () => {
    const sealed = Buffer.concat([Buffer.from([1]), ...encrypt(deriveKey(ROOT, 'seal'), 'variable', SECRET)]);
    expect(new SecretBox(new DataKeys(ROOT, [FIRST])).open('variable', sealed)).toEqual(SECRET);
  });

  it('keeps logs small', () => {
    const box = freshBox();
    const log = Buffer.from('aws_instance.web: Still creating... [10s elapsed]\n'.repeat(1_000));
    const sealed = sealLog(box, log);
    expect(sealed.length).toBeLessThan(log.length / 5);
    expect(openLog(box, sealed)).toEqual(log);
  });
});
