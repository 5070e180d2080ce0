import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SecretBox } from './secret-box.js';

const key = (): string => randomBytes(32).toString('base64');

describe('a secret box', () => {
  it('opens what it sealed', () => {
    const box = new SecretBox(key());
    expect(box.open('variable', box.seal('variable', Buffer.from('s3cret')))).toEqual(Buffer.from('s3cret'));
  });

  it('seals the same value differently each time', () => {
    const box = new SecretBox(key());
    expect(box.seal('variable', Buffer.from('a'))).not.toEqual(box.seal('variable', Buffer.from('a')));
  });

  it('does not open a value for another purpose, with another key, or after a change', () => {
    const box = new SecretBox(key());
    const sealed = box.seal('variable', Buffer.from('s3cret'));
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
    expect(() => box.open('state', sealed)).toThrow('cannot be opened');
    expect(() => new SecretBox(key()).open('variable', sealed)).toThrow('BERTH_ENCRYPTION_KEY');
    expect(() => box.open('variable', changed)).toThrow('cannot be opened');
  });
});
