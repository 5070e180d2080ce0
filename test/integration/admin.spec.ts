import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Database } from '@berth/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataKeys } from '../../apps/api/src/secrets/data-keys.js';
import { openDataKeys, WrongEncryptionKey } from '../../apps/api/src/secrets/kept-keys.js';
import { KeyWrap } from '../../apps/api/src/secrets/key-wrap.js';
import { SEALED_COLUMNS } from '../../apps/api/src/secrets/sealed-columns.js';
import { SecretBox } from '../../apps/api/src/secrets/secret-box.js';
import { person } from '../support/people.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

describe('node apps/api/dist/admin.js', () => {
  let server: TestDatabase;
  let database: Database;
  let organizationId: string;

  beforeAll(async () => {
    server = await testDatabase();
    ({ database } = server);
    const [row] = await database.rows<{ id: string }>("select id from organizations where name = 'default'");
    organizationId = String(row?.id);
  });

  afterAll(async () => {
    await server.drop();
  });

  async function admin(args: readonly string[], env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [resolve('apps/api/dist/admin.js'), ...args], {
      env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: server.url, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
    });
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { out, err, code };
  }

  describe('sign-in-link', () => {
    it('is for the first owner as long as there is none, and then says so', async () => {
      const first = await admin(['sign-in-link'], { BERTH_PUBLIC_URL: 'https://berth.example.org/' });
      expect(first).toMatchObject({
        code: 0,
        out: expect.stringMatching(
          /^https:\/\/berth\.example\.org\/sign-in\/link\?token=berth_link_[\w-]{43}\n$/,
        ),
      });
      const { email } = await person(database, { organizationId, member: 'owner' });
      expect(await admin(['sign-in-link'])).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringContaining('there is an owner already'),
      });
      expect((await admin(['sign-in-link', '--email', email.toUpperCase()])).code).toBe(0);
      const records = await database.rows<{ actor: string; objectName: string }>(
        `select actor, object_name as "objectName" from audit_records where operation = 'createSignInLink' order by id`,
      );
      expect(records).toEqual([
        { actor: 'system:admin', objectName: 'first owner' },
        { actor: 'system:admin', objectName: email.toUpperCase() },
      ]);
    });

    it('is for nobody who is not known', async () => {
      expect(await admin(['sign-in-link', '--email', 'nobody@example.org'])).toMatchObject({
        code: 2,
        err: expect.stringContaining('nobody who may sign in has the address'),
      });
      expect(await admin(['sign-in-link', '--mail', 'x'])).toMatchObject({ code: 2 });
      expect(await admin(['something'])).toMatchObject({ code: 2, err: expect.stringContaining('Usage') });
      expect((await admin(['sign-in-link'], { DATABASE_URL: '' })).err).toContain('DATABASE_URL must be set');
    });
  });

  describe('the keys', () => {
    const key = (): string => randomBytes(32).toString('base64');
    const [oldKey, newKey] = [key(), key()];
    const keysOf = async (present: string): Promise<DataKeys> =>
      (await openDataKeys(database, { present: new KeyWrap(present), former: null })).keys;

    it('seal every sealed column of the database, and every other one with bytes is known for what it is', async () => {
      const columns = await database.rows<{ table: string; column: string }>(
        `select table_name as "table", column_name as "column" from information_schema.columns
         where table_schema = 'public' and column_name like 'sealed%' order by 1, 2`,
      );
      const known = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`);
      const unnamed = ['configurations.content', 'task_log_chunks.content'];
      expect([...known].sort()).toEqual(
        [...columns.map(({ table, column }) => `${table}.${column}`), ...unnamed].sort(),
      );
      const others = await database.rows<{ name: string }>(
        `select table_name || '.' || column_name as name from information_schema.columns
         where table_schema = 'public' and data_type = 'bytea' and column_name not like 'sealed%'
           and column_name not like '%hash' order by 1`,
      );
      expect(others.map(({ name }) => name)).toEqual([
        // Of sessions, which scheduler and registry check: they have no key to open anything with.
        'agent_sessions.message_key',
        'configurations.content',
        'data_keys.wrapped_key',
        'dead_letters.content',
        'task_log_chunks.content',
      ]);
    });

    it('are wrapped anew by rotate-encryption-key, and stay what they are', async () => {
      const before = await keysOf(oldKey);
      const sealed = new SecretBox(before).seal('variable', Buffer.from('s3cret'));
      const rotation = { BERTH_OLD_ENCRYPTION_KEY: oldKey, BERTH_ENCRYPTION_KEY: newKey };
      expect(await admin(['rotate-encryption-key'], rotation)).toMatchObject({
        code: 0,
        out: '',
        err: expect.stringContaining('2 keys wrapped anew'),
      });
      const after = await keysOf(newKey);
      expect(after.root).toEqual(before.root);
      expect(new SecretBox(after).open('variable', sealed).toString()).toBe('s3cret');
      await expect(keysOf(oldKey)).rejects.toThrow(WrongEncryptionKey);
      expect((await admin(['rotate-encryption-key'], rotation)).err).toContain('0 keys wrapped anew');
    });

    it('are joined by another one by rotate-data-key, which asked for again before it is used is the same', async () => {
      await database.rows("update data_keys set created_at = now() - interval '1 minute'");
      const rotate = async () => admin(['rotate-data-key'], { BERTH_ENCRYPTION_KEY: newKey });
      const first = await rotate();
      expect(first).toMatchObject({ code: 0, err: expect.stringMatching(/^data key 3 is made/) });
      expect((await rotate()).err).toBe(first.err);
    });

    it('are left alone by whoever has another one', async () => {
      for (const env of [
        { BERTH_OLD_ENCRYPTION_KEY: key(), BERTH_ENCRYPTION_KEY: key() },
        { BERTH_ENCRYPTION_KEY: oldKey },
      ]) {
        const verb = 'BERTH_OLD_ENCRYPTION_KEY' in env ? 'rotate-encryption-key' : 'rotate-data-key';
        const refused = await admin([verb], env);
        expect(refused).toMatchObject({
          code: 2,
          err: expect.stringContaining('BERTH_ENCRYPTION_KEY is not the key of this database'),
        });
        expect(refused.err.trim().split('\n')).toHaveLength(1);
      }
      expect((await keysOf(newKey)).of(3)).toHaveLength(32);
    });

    it('that sign identity tokens are revoked by revoke-signing-keys', async () => {
      await database.rows(
        `insert into signing_keys (kid, public_jwk, sealed_private_key, signs_from)
         values ('stolen', '{}', '\\x00', now()), ('next', '{}', '\\x00', now() + interval '1 day')`,
      );
      expect(await admin(['revoke-signing-keys'])).toMatchObject({
        code: 0,
        out: '',
        err: expect.stringMatching(/^2 signing keys revoked/),
      });
      expect(await database.rows('select from signing_keys')).toEqual([]);
    });

    it('are recorded when they are changed', async () => {
      const records = await database.rows<{ operation: string }>(
        "select operation from audit_records where operation ~ '^(rotate|revoke)' and actor = 'system:admin' order by id",
      );
      expect(records.map(({ operation }) => operation)).toEqual([
        'rotateEncryptionKey',
        'rotateDataKey',
        'revokeSigningKeys',
      ]);
    });
  });
});
