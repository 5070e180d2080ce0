import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrivatePostgres } from '@berth/private-servers';
import type { PrivatePostgresOptions, PrivateServer } from '@berth/private-servers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

describe('the private PostgreSQL', () => {
  let directory: string;
  let server: PrivateServer | undefined;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'berth-private-postgres-'));
    // As root, the server runs under another account, which has to get here.
    chmodSync(directory, 0o711);
  });

  afterEach(async () => {
    await server?.kill();
    rmSync(directory, { recursive: true });
  });

  const start = async (options: Partial<PrivatePostgresOptions> = {}) => {
    server = await startPrivatePostgres({ dataDir: join(directory, 'postgres'), ...options });
    return server;
  };

  async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }

  it('keeps its data over a stop and a start', async () => {
    const progress: string[] = [];
    const first = await start({ onProgress: (message) => progress.push(message) });
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    await first.stop();

    const second = await start({ onProgress: (message) => progress.push(message) });

    expect(await query(second.url, 'select answer, current_database() as name from kept')).toEqual([
      { answer: 42, name: 'berth' },
    ]);
    expect(progress).toEqual(['creating its data folder']);
    expect(await first.exited).toBe('exit code 0');
  }, 120_000);

  it('asks everybody for the password, which only the owner can read', async () => {
    const { url } = await start();
    const wrong = new URL(url);
    wrong.password = 'wrong';

    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
    const [role] = await query(
      url,
      'select rolsuper, rolcreaterole, rolcreatedb, rolreplication from pg_roles where rolname = current_user',
    );
    expect(role).toEqual({
      rolsuper: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
    });
    const asSuperuser = new URL(url);
    asSuperuser.username = 'postgres';
    await expect(query(asSuperuser.href, 'select 1')).rejects.toThrow(/password authentication failed/);
    await expect(query(url, 'select * from pg_hba_file_rules')).rejects.toThrow(/permission denied/);
    expect(statSync(join(directory, 'postgres', 'password')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(directory, 'postgres', 'postgres.log'), 'utf8')).not.toContain(
      new URL(url).password,
    );
  }, 120_000);

  it('listens on loopback only, is durable by default, and takes settings', async () => {
    const { url } = await start({ settings: { max_connections: '33' } });
    const shown = "select name, setting from pg_settings where name in ('fsync', 'listen_addresses',";

    expect(await query(url, `${shown} 'max_connections') order by name`)).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'max_connections', setting: '33' },
    ]);
    const log = readFileSync(join(directory, 'postgres', 'postgres.log'), 'utf8');
    expect(log).toContain('listening on IPv4 address "127.0.0.1"');
    expect(log).not.toContain('Unix socket');
  }, 120_000);

  it('comes back with its data after its server was killed in the middle of a session', async () => {
    const killed = await start();
    await query(killed.url, 'create table kept as select 42 as answer');
    const busy = new pg.Client({ connectionString: killed.url });
    busy.on('error', () => undefined);
    await busy.connect();
    const session = busy.query('select pg_sleep(600)').catch(() => undefined);
    process.kill(killed.pid, 'SIGKILL');
    expect(await killed.exited).toBe('signal SIGKILL');

    const next = await start();

    expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await session;
  }, 120_000);

  it('ends the server that an earlier launcher has left running, and takes its place', async () => {
    const left = await start();
    await query(left.url, 'create table kept as select 42 as answer');

    const next = await start();

    expect(await left.exited).toBe('exit code 0');
    expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  }, 120_000);

  it('makes a new password when the old one is lost', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    rmSync(join(directory, 'postgres', 'password'));

    const second = await start();

    expect(new URL(second.url).password).not.toBe(new URL(first.url).password);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  }, 120_000);

  it('does not come up behind the back of somebody who has given up waiting', async () => {
    const impatience = new AbortController();
    const starting = start({
      signal: impatience.signal,
      onProgress: () => {
        impatience.abort(new Error('enough'));
      },
    });

    await expect(starting).rejects.toThrow();
    expect((await start()).pid).toBeGreaterThan(0);
  }, 120_000);
});
