import { BULK_MS, type Database, type Sql } from '../database.js';

export type DataKeyKind = 'root' | 'data';

/** A key as it is kept: wrapped with a key that is not in the database. */
export interface WrappedKey {
  readonly wrappedKey: Buffer;
  /** The name of the key that wraps it. */
  readonly wrappedBy: string;
}

export interface DataKeyRow extends WrappedKey {
  readonly id: number;
  readonly kind: DataKeyKind;
  readonly createdAt: Date;
  /** Whether it is as old as it has to be for every process to have learnt it. */
  readonly isKnownToAll: boolean;
  /** When nothing was left that another key had sealed. */
  readonly resealedAt: Date | null;
}

/** Lets nobody else change the data keys meanwhile; reading them goes on. */
export async function withDataKeysLocked<T>(database: Database, work: (sql: Sql) => Promise<T>): Promise<T> {
  return database.transaction(BULK_MS, async (sql) => {
    await sql.rows('lock table data_keys in share row exclusive mode');
    return work(sql);
  });
}

/** All of them, the oldest first. */
export async function readDataKeys(sql: Sql, knownToAllSeconds: number): Promise<DataKeyRow[]> {
  return sql.rows<DataKeyRow>(
    `select id, kind, wrapped_key as "wrappedKey", wrapped_by as "wrappedBy", created_at as "createdAt",
       resealed_at as "resealedAt", created_at < clock_timestamp() - $1::float8 * interval '1 second' as "isKnownToAll"
     from data_keys order by id`,
    [knownToAllSeconds],
  );
}

/** Gives its number. */
export async function insertDataKey(
  sql: Sql,
  { kind, wrappedKey, wrappedBy }: WrappedKey & { readonly kind: DataKeyKind },
): Promise<number> {
  const [row] = await sql.rows<{ id: number }>(
    'insert into data_keys (kind, wrapped_key, wrapped_by) values ($1, $2, $3) returning id',
    [kind, wrappedKey, wrappedBy],
  );
  if (row === undefined) {
    throw new Error('a data key was not stored');
  }
  return row.id;
}

export async function rewrapDataKey(
  sql: Sql,
  { id, wrappedKey, wrappedBy }: WrappedKey & { readonly id: number },
): Promise<void> {
  await sql.rows('update data_keys set wrapped_key = $2, wrapped_by = $3, wrapped_at = now() where id = $1', [
    id,
    wrappedKey,
    wrappedBy,
  ]);
}

/** Whether this installation has begun before it had data keys: something is sealed, or somebody has a token, by its one key. */
export async function hasKeptSecrets(sql: Sql): Promise<boolean> {
  const [row] = await sql.rows<{ has: boolean }>(
    `select exists (select from workspaces) or exists (select from agent_sessions)
       or exists (select from variable_set_variables) or exists (select from user_sessions)
       or exists (select from stored_objects) as has`,
  );
  return row?.has === true;
}

/** Whether the newest data key is as old as that, and the keys' wrapping is not just being changed. */
export async function isDataKeyOld(sql: Sql, days: number): Promise<boolean> {
  const [row] = await sql.rows<{ old: boolean }>(
    `select max(created_at) filter (where kind = 'data') < now() - $1::int * interval '1 day'
       and max(wrapped_at) < now() - interval '1 day' as old
     from data_keys`,
    [days],
  );
  return row?.old === true;
}
