import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { migrate, MIGRATIONS, type MigrationOptions } from '@berth/persistence';
import { Client } from 'pg';
import { emptyDatabase } from '../support/servers.js';
import { waitFor } from '../support/wait-for.js';

type Migration = InstanceType<MigrationOptions['migrations'][number]>;
type Runner = Parameters<Migration['up']>[0];

/** Longer than any request's statement may take, on the server and on our side. */
class SlowChange1763640009001 implements Migration {
  async up(runner: Runner): Promise<void> {
    await runner.query('create table slow as select 1 as x from pg_sleep(16)');
  }

  async down(): Promise<void> {
    await Promise.resolve();
  }
}

class ColumnMore1763640009002 implements Migration {
  async up(runner: Runner): Promise<void> {
    await runner.query('alter table held add column more text');
  }

  async down(): Promise<void> {
    await Promise.resolve();
  }
}

describe('bringing a schema up to date', () => {
  let server: Awaited<ReturnType<typeof emptyDatabase>>;
  let client: Client;

  beforeEach(async () => {
    server = await emptyDatabase();
    client = new Client({ connectionString: server.url });
    await client.connect();
  });

  afterEach(async () => {
    await client.end();
    await server.drop();
  });

  const start = async (
    migrations: MigrationOptions['migrations'],
    more: Partial<MigrationOptions> = {},
  ): Promise<string[]> => {
    const lines: string[] = [];
    const tell = (line: string): void => {
      lines.push(line);
    };
    await migrate({
      url: server.url,
      applicationName: 'berth test',
      migrations,
      waitMs: 60_000,
      tell,
      ...more,
    });
    return lines;
  };

  it('takes the time that it needs, and whoever waits for it says for whom', async () => {
    const [first, second] = await Promise.all([
      start([SlowChange1763640009001], { applicationName: 'berth one' }),
      waitFor('the first to be at it', async () => {
        const { rows } = await client.query(
          "select 1 from pg_stat_activity where query like 'create table slow%'",
        );
        return rows.length > 0;
      }).then(async () => start([SlowChange1763640009001], { applicationName: 'berth two' })),
    ]);
    expect(first).toEqual([
      expect.stringMatching(/SlowChange1763640009001 \(1 of 1\) has been at work for /),
      expect.stringMatching(/SlowChange1763640009001 \(1 of 1\) took /),
      'the schema is up to date, by 1 changes',
    ]);
    expect(second[0]).toMatch(
      /^waiting for another process that changes the schema: berth one, migrations, pid \d+, for \d+ s: create table slow/,
    );
    expect((await client.query('select name from migrations')).rows).toHaveLength(1);
  }, 60_000);

  it('gives up waiting for another one in the end, and says for whom', async () => {
    await client.query('select pg_advisory_lock(711264881)');
    await expect(start(MIGRATIONS, { waitMs: 500 })).rejects.toThrow(
      /has changed the schema for more than 0\.5 s: .*pid \d+.*pg_advisory_lock/,
    );
  });

  it('lets others pass while a long transaction holds a table that it has to change', async () => {
    await client.query('create table held (id int)');
    await client.query('begin');
    await client.query('select from held');
    const lines: string[] = [];
    const changed = start([ColumnMore1763640009002], {
      tell: (line) => {
        lines.push(line);
      },
    });
    await waitFor('it to step back', async () => lines.some((line) => /waits for a table/.test(line)));
    const other = new Client({ connectionString: server.url, statement_timeout: 20_000 });
    await other.connect();
    expect((await other.query('select from held')).rows).toEqual([]);
    await other.end();
    await client.query('commit');
    await changed;
    expect((await client.query('select more from held')).rows).toEqual([]);
  }, 60_000);

  it('works on a million rows of the first version, for three services that start at the same time', async () => {
    await start(MIGRATIONS.slice(0, 1));
    await client.query(`
      set synchronous_commit = off;
      insert into workspaces (organization_id, pool_id, name, engine)
        select o.id, p.id, 'w' || n, 'terraform' from organizations o, pools p, generate_series(1, 100) n;
      insert into tasks (organization_id, kind, operation, workspace_id, pool_id, status, phase, writing, lane_head,
          created_at, finished_at)
        select w.organization_id, 'terraform', 'plan', w.id, w.pool_id, 'succeeded', 'plan', false, true,
          now() - n * interval '1 minute', now() - n * interval '1 minute'
        from workspaces w, generate_series(1, 2500) n;
      insert into task_events (organization_id, task_id, event, to_status, attempt, actor, message)
        select t.organization_id, t.id, 'create', 'pending', 0, 'user:test', 'queued' from tasks t, generate_series(1, 2);
      insert into task_logs (task_id, organization_id, phase, attempt, size_bytes)
        select id, organization_id, 'plan', 1, 1 from tasks limit 125000;
      insert into task_log_chunks (task_id, phase, start_offset, organization_id, content)
        select task_id, phase, 0, organization_id, 'x' from task_logs;`);
    const told = await Promise.all(Array.from({ length: 3 }, async () => start(MIGRATIONS)));
    const counts = await client.query<{ count: string }>(
      'select (select count(*) from tasks) + (select count(*) from task_events) + (select count(*) from task_log_chunks) + (select count(*) from task_logs) as count',
    );
    expect(counts.rows[0]?.count).toBe('1000000');
    expect((await client.query('select name from migrations order by id')).rows).toEqual(
      MIGRATIONS.map(({ name }) => ({ name })),
    );
    expect((await client.query('select indexrelid from pg_index where not indisvalid')).rows).toEqual([]);
    expect(told.flat().filter((line) => /is up to date/.test(line))).toHaveLength(1);
    expect(told.flat().some((line) => /^waiting for another process/.test(line))).toBe(true);
  }, 300_000);
});
