import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SIMPLE_MS, type Sql, type Together } from '@berth/persistence';
import { testDatabase, type TestDatabase } from '../support/servers.js';

describe('what is asked of one transaction in one turn', () => {
  let db: TestDatabase;
  let batches: number[][];
  const doubling: Together<number, number> = {
    work: async (sql, numbers) => {
      batches.push([...numbers]);
      const rows = await sql.rows<{ twice: number }>(
        'select 2 * n as twice from unnest($1::int[]) with ordinality as given(n, turn) order by turn',
        [numbers],
      );
      return rows.map(({ twice }) => twice);
    },
  };
  const double = async (sql: Sql, n: number): Promise<number> => sql.together(doubling, n);

  beforeAll(async () => {
    db = await testDatabase();
    await db.database.rows('create table kept (id int primary key)');
  });

  beforeEach(async () => {
    batches = [];
    await db.database.rows('truncate kept');
  });

  afterAll(async () => {
    await db.drop();
  });

  it('is done together, and each has its own result', async () => {
    const doubled = await db.database.transaction(SIMPLE_MS, async (sql) => {
      const first = await Promise.all([1, 2, 3].map(async (n) => double(sql, n)));
      return Promise.all(first.map(async (n) => double(sql, n)));
    });
    expect(doubled).toEqual([4, 8, 12]);
    expect(batches).toEqual([
      [1, 2, 3],
      [2, 4, 6],
    ]);
  });

  it('is done by itself outside of transactions, and apart in two of them', async () => {
    expect(await Promise.all([1, 2].map(async (n) => double(db.database, n)))).toEqual([2, 4]);
    const apart = [3, 4].map(async (n) => db.database.transaction(SIMPLE_MS, async (sql) => double(sql, n)));
    expect(await Promise.all(apart)).toEqual([6, 8]);
    expect(batches.map((batch) => batch.length)).toEqual([1, 1, 1, 1]);
  });

  it('fails for all where the statement fails, and so does the transaction', async () => {
    const failing: Together<number, number> = {
      work: async (sql, numbers) => {
        await sql.rows('select 1 / 0');
        return numbers;
      },
    };
    const ended: string[] = [];
    const transaction = db.database.transaction(SIMPLE_MS, async (sql) => {
      await sql.rows('insert into kept values (1)');
      const all = await Promise.allSettled([1, 2].map(async (n) => sql.together(failing, n)));
      ended.push(...all.map(({ status }) => status));
    });
    await expect(transaction).rejects.toThrow('rolled back');
    expect(ended).toEqual(['rejected', 'rejected']);
    expect(await db.database.rows('select * from kept')).toEqual([]);
  });

  it('may leave with the commit, and tells what has failed', async () => {
    const add = async (...ids: number[]): Promise<object[][]> =>
      db.database.atOnce(SIMPLE_MS, async (sql) =>
        Promise.all(ids.map(async (id) => sql.rows('insert into kept values ($1::int) returning id', [id]))),
      );
    expect(await add(1, 2)).toEqual([[{ id: 1 }], [{ id: 2 }]]);
    await expect(add(3, 2, 4)).rejects.toThrow('kept_pkey');
    expect(await db.database.rows('select id from kept order by id')).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await add(5)).toEqual([[{ id: 5 }]]);
  });
});
