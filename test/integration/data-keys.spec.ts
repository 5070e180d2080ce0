import { randomBytes } from 'node:crypto';
import type { Database } from '@berth/persistence';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deriveKey, encrypt } from '../../apps/api/src/secrets/cipher.js';
import { learnDataKeys, openDataKeys, WrongEncryptionKey } from '../../apps/api/src/secrets/kept-keys.js';
import { KeyWrap } from '../../apps/api/src/secrets/key-wrap.js';
import { SecretBox } from '../../apps/api/src/secrets/secret-box.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const wrapsOf = (present: string, former?: string) => ({
  present: new KeyWrap(present),
  former: former === undefined ? null : new KeyWrap(former),
});
const key = (): string => randomBytes(32).toString('base64');

describe('the data keys of a database', () => {
  let server: TestDatabase;
  let database: Database;

  beforeEach(async () => {
    server = await testDatabase();
    ({ database } = server);
  });

  afterEach(async () => {
    await server.drop();
  });

  /** What an api of before there were data keys has sealed. */
  async function begunBefore(encryptionKey: string): Promise<Buffer> {
    const root = Buffer.from(encryptionKey, 'base64');
    const sealed = encrypt(deriveKey(root, 'seal'), 'variable', Buffer.from('s3cret'));
    const value = Buffer.concat([Buffer.from([1]), ...sealed]);
    await database.rows(
      `with w as (
         insert into workspaces (organization_id, name, engine, pool_id)
         select organization_id, 'before', 'terraform', id from pools limit 1 returning id, organization_id
       )
       insert into variables (workspace_id, organization_id, key, category, sealed_value)
       select id, organization_id, 'planted', 'env', $1 from w`,
      [value],
    );
    return value;
  }

  it('begin with a root that is drawn, whichever of several starters makes them', async () => {
    const given = key();
    const opened = await Promise.all([1, 2, 3].map(async () => openDataKeys(database, wrapsOf(given))));
    const [first, ...others] = opened.map(({ keys }) => keys);
    expect(first?.root).not.toEqual(Buffer.from(given, 'base64'));
    expect(others.map(({ root, present }) => [root, present.key])).toEqual(
      others.map(() => [first?.root, first?.present.key]),
    );
    const stored = await database.rows<{ wrapped: Buffer }>('select wrapped_key as wrapped from data_keys');
    expect(stored).toHaveLength(2);
    expect(stored.some(({ wrapped }) => wrapped.includes(first?.root ?? given))).toBe(false);
  });

  it('take over what an installation of before had, so that all that it derived and sealed stays', async () => {
    const given = key();
    const value = await begunBefore(given);
    const { keys } = await openDataKeys(database, wrapsOf(given));
    expect(keys.root).toEqual(Buffer.from(given, 'base64'));
    expect(new SecretBox(keys).open('variable', value).toString()).toBe('s3cret');
  });

  it('are not made for good with a key that does not open what is there', async () => {
    const given = key();
    await begunBefore(given);
    await expect(openDataKeys(database, wrapsOf(key()))).rejects.toThrow(WrongEncryptionKey);
    expect(await database.rows('select from data_keys')).toEqual([]);
    const { keys } = await openDataKeys(database, wrapsOf(key(), given));
    expect(keys.root).toEqual(Buffer.from(given, 'base64'));
  });

  it('are known to a process that has the former key as long as there is no new one', async () => {
    const [former, next] = [key(), key()];
    const { keys } = await openDataKeys(database, wrapsOf(former));
    expect((await openDataKeys(database, wrapsOf(next, former))).rewrapped).toBe(2);
    await learnDataKeys(database, keys, wrapsOf(former));
    await database.rows("insert into data_keys (kind, wrapped_key, wrapped_by) values ('data', $1, 'next')", [
      new KeyWrap(next).wrap('data', randomBytes(32)),
    ]);
    await expect(learnDataKeys(database, keys, wrapsOf(former))).rejects.toThrow(WrongEncryptionKey);
  });
});
