import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabaseUnavailable, prepared, ReferenceGone, UniqueViolation } from '@berth/persistence';
import { testDatabase, type TestDatabase } from '../support/servers.js';

describe('a transaction', () => {
  let db: TestDatabase;

  beforeAll(async () => {
    db = await testDatabase();
    await db.database.rows('create table counters (id int primary key, n int not null)');
    await db.database.rows('insert into counters values (1, 0)');
  });

  afterAll(async () => {
    await db.drop();
  });

  const value = async () => (await db.database.rows<{ n: number }>('select n from counters'))[0]?.n;

  it('that runs into its time limit rolls back, frees its locks, and the next one works', async () => {
    await expect(
      db.database.transaction(200, async (sql) => {
        await sql.rows('update counters set n = n + 1');
        await sql.rows('select pg_sleep(10)');
      }),
    ).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(await value()).toBe(0);
    await db.database.transaction(1_000, async (sql) => sql.rows('update counters set n = n + 1'));
    expect(await value()).toBe(1);
  });

  it('waits for a lock no longer than its limit', async () => {
    await db.database.transaction(5_000, async (holder) => {
      await holder.rows('select 1 from counters for update');
      await expect(
        db.database.transaction(200, async (sql) => sql.rows('update counters set n = 5')),
      ).rejects.toBeInstanceOf(DatabaseUnavailable);
    });
    expect(await value()).toBe(1);
  });

  it('whose connection is killed fails as transient and leaves the pool usable', async () => {
    await expect(
      db.database.transaction(5_000, async (sql) => {
        const [backend] = await sql.rows<{ pid: number }>('select pg_backend_pid() as pid');
        await db.database.rows('select pg_terminate_backend($1)', [backend?.pid]);
        await sql.rows('update counters set n = 9');
      }),
    ).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(await value()).toBe(1);
  });

  it('that a newer version has changed a table under fails as transient, and the next one knows the table', async () => {
    const all = prepared('select * from counters');
    const read = async () => db.database.transaction(5_000, async (sql) => sql.rows(all));
    await db.database.transaction(5_000, async (sql) => {
      await sql.rows(all);
      // Another connection, which has the statement as well by now.
      await read();
    });
    await db.database.rows("alter table counters add column name text default 'x'");
    await expect(read()).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect(db.database.rows(all)).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(await read()).toEqual([{ id: 1, n: 1, name: 'x' }]);
    expect(await db.database.rows(all)).toEqual([{ id: 1, n: 1, name: 'x' }]);
  });

  it('whose first statement fails leaves those that were sent with it undone', async () => {
    await expect(
      db.database.transaction(5_000, async (sql) =>
        Promise.all([sql.rows('select 1 / 0'), sql.rows('update counters set n = 7')]),
      ),
    ).rejects.toThrow('division by zero');
    expect(await value()).toBe(1);
  });

  it('tells a value that must be unique by type', async () => {
    await expect(db.database.rows('insert into counters values (1, 1)')).rejects.toBeInstanceOf(
      UniqueViolation,
    );
  });

  it('tells what belongs to something that is gone by type', async () => {
    await db.database.rows('create table turns (counter int not null references counters)');
    await expect(db.database.rows('insert into turns values (7)')).rejects.toBeInstanceOf(ReferenceGone);
  });
});
