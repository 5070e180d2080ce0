import { describe, expect, it } from '@jest/globals';
import { MIGRATIONS } from '@berth/persistence';
import { connect, emptyDatabase, testDatabase } from '../support/servers.js';

describe('migrations', () => {
  it('run once when five services start at the same time', async () => {
    const empty = await emptyDatabase();
    const databases = await Promise.all(Array.from({ length: 5 }, async () => connect(empty.url, 2)));
    const applied = await databases[0]?.rows<{ name: string }>('select name from migrations order by id');
    const known = MIGRATIONS.map(({ name }) => name);
    expect(applied?.map((migration) => migration.name)).toEqual(known);
    await Promise.all(databases.map(async (database) => database.close()));
    await empty.drop();
  });

  it('make the columns that the entities name, and no others', async () => {
    const db = await testDatabase();
    const { database } = db;
    const differences: string[] = [];
    for (const entity of database.dataSource.entityMetadatas) {
      const columns = await database.rows<{ name: string }>(
        'select column_name as name from information_schema.columns where table_name = $1',
        [entity.tableName],
      );
      const inDatabase = columns.map((column) => column.name).sort();
      const inEntity = entity.columns.map((column) => column.databaseName).sort();
      if (JSON.stringify(inDatabase) !== JSON.stringify(inEntity)) {
        differences.push(`${entity.tableName}: ${inDatabase.join()} instead of ${inEntity.join()}`);
      }
    }
    expect(differences).toEqual([]);
    await db.drop();
  });

  it('give every table that holds a tenant’s data its organization; people belong to the installation', async () => {
    const db = await testDatabase();
    const { database } = db;
    const without = await database.rows<{ name: string }>(
      `select t.table_name as name from information_schema.tables t
       where t.table_schema = 'public' and t.table_type = 'BASE TABLE' and not exists (
         select 1 from information_schema.columns c where c.table_name = t.table_name and c.column_name = 'organization_id')
       order by 1`,
    );
    expect(without.map((table) => table.name)).toEqual([
      'agent_heartbeats',
      'agent_rooms',
      'authorization_codes',
      'data_keys',
      'device_sign_ins',
      'leases',
      'migrations',
      'organizations',
      'resealed_columns',
      'sign_in_links',
      'signing_keys',
      'user_identities',
      'user_sessions',
      'users',
    ]);
    await db.drop();
  });

  it('give every foreign key an index, without which what it refers to can hardly be removed', async () => {
    const db = await testDatabase();
    const without = await db.database.rows<{ name: string }>(
      `select format('%s (%s) -> %s', f.conrelid::regclass, (
         select string_agg(attname, ', ' order by n) from unnest(f.conkey) with ordinality k (attnum, n)
         join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum), f.confrelid::regclass) as name
       from pg_constraint f where f.contype = 'f' and f.connamespace = 'public'::regnamespace and not exists (
         select from pg_index i where i.indrelid = f.conrelid and i.indisvalid
           and (i.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey
           and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) = (
             select format('(%I IS NOT NULL)', attname) from pg_attribute
             where attrelid = f.conrelid and attnum = f.conkey[cardinality(f.conkey)])))
       order by 1`,
    );
    expect(without.map(({ name }) => name)).toEqual([]);
    await db.drop();
  });
});
