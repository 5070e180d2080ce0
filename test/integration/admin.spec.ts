import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Database } from '@berth/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SEALED_COLUMNS } from '../../apps/api/src/admin/sealed-columns.js';
import { SecretBox } from '../../apps/api/src/secrets/secret-box.js';
import { person } from '../support/people.js';
import { connect, testDatabase, type TestDatabase } from '../support/servers.js';

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

  describe('rotate-encryption-key', () => {
    const key = (): string => randomBytes(32).toString('base64');
    const [oldKey, newKey] = [key(), key()];
    const keys = { BERTH_OLD_ENCRYPTION_KEY: oldKey, BERTH_ENCRYPTION_KEY: newKey };

    /** What a box opens of the variables, by their names. */
    async function openedBy(box: SecretBox): Promise<string[]> {
      const rows = await database.rows<{ key: string; sealed: Buffer }>(
        'select key, sealed_value as sealed from variables order by key',
      );
      return rows.flatMap((row) => {
        try {
          return [`${row.key}=${box.open('variable', row.sealed).toString()}`];
        } catch {
          return [];
        }
      });
    }
    async function keep(count: number, box: SecretBox): Promise<void> {
      for (let n = 0; n < count; n += 1) {
        await database.rows(
          `insert into variables (workspace_id, organization_id, key, category, sealed_value)
           select w.id, w.organization_id, $1, 'env', $2 from workspaces w`,
          [`v${String(n).padStart(4, '0')}`, box.seal('variable', Buffer.from(`value ${n}`))],
        );
      }
    }

    it('knows every sealed column of the database', async () => {
      const columns = await database.rows<{ table: string; column: string }>(
        `select table_name as "table", column_name as "column" from information_schema.columns
         where table_schema = 'public' and column_name like 'sealed%' order by 1, 2`,
      );
      const known = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`);
      expect([...known].sort()).toEqual(columns.map(({ table, column }) => `${table}.${column}`));
      const others = await database.rows<{ name: string }>(
        `select table_name || '.' || column_name as name from information_schema.columns
         where table_schema = 'public' and data_type = 'bytea' and column_name not like 'sealed%'
           and column_name not like '%hash' order by 1`,
      );
      expect(others.map(({ name }) => name)).toEqual([
        // Of sessions, which scheduler and registry check: they have no key to open anything with.
        'agent_sessions.message_key',
        'configurations.content',
        'dead_letters.content',
        'task_log_chunks.content',
      ]);
    });

    it('seals everything anew, goes on where it was broken off, and leaves nothing to the old key', async () => {
      await database.rows(
        "insert into workspaces (organization_id, name, engine, pool_id) select $1, 'sealed', 'terraform', id from pools where organization_id = $1",
        [organizationId],
      );
      const [oldBox, newBox] = [new SecretBox(oldKey), new SecretBox(newKey)];
      await keep(700, oldBox);
      // As if it had been broken off.
      await database.rows("update variables set sealed_value = $1 where key = 'v0003'", [
        newBox.seal('variable', Buffer.from('value 3')),
      ]);
      const done = await admin(['rotate-encryption-key'], keys);
      expect(done).toMatchObject({ code: 0, out: '' });
      expect(done.err).toContain('variables.sealed_value: 699 of ');
      expect(await openedBy(oldBox)).toEqual([]);
      const opened = await openedBy(newBox);
      expect(opened).toHaveLength(700);
      expect(opened.slice(2, 5)).toEqual(['v0002=value 2', 'v0003=value 3', 'v0004=value 4']);
      const again = await admin(['rotate-encryption-key'], keys);
      expect(again.err).toContain('variables.sealed_value: 0 of 700 sealed anew');
    }, 60_000);

    it('leaves what opens with neither key, and says so', async () => {
      const strange = { BERTH_OLD_ENCRYPTION_KEY: key(), BERTH_ENCRYPTION_KEY: key() };
      expect(await admin(['rotate-encryption-key'], strange)).toMatchObject({
        code: 1,
        err: expect.stringContaining('700 values open with neither key'),
      });
      expect(await openedBy(new SecretBox(newKey))).toHaveLength(700);
    });

    it('does nothing while an api is there', async () => {
      const url = new URL(server.url);
      url.searchParams.set('application_name', 'berth api');
      const api = await connect(url.href, 2);
      await api.rows("set application_name = 'berth api'");
      try {
        expect(await admin(['rotate-encryption-key'], keys)).toMatchObject({
          code: 2,
          err: expect.stringContaining('stop every api first'),
        });
      } finally {
        await api.close();
      }
    });
  });
});
