import { SIMPLE_MS, type Database, type Sql } from '../database.js';

/** Bytes outside the database, by their row: `whole` means measured and there. */
export interface StoredObject {
  readonly id: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Whether its bytes are sealed; of before files of builds were, they are plain. Size and hash are those of what it holds. */
  readonly isSealed: boolean;
}

/** SQL: a StoredObject, of the object `o`. */
export const OBJECT_COLUMNS = `o.id, o.file_name as "fileName", o.size_bytes::float8 as "sizeBytes", o.sha256,
  o.is_sealed as "isSealed"`;

/** Bytes are about to arrive; until they are whole, nobody can refer to them. Gives the id that they are kept under. */
export async function announceObject(
  database: Database,
  organizationId: string,
  fileName: string,
): Promise<string> {
  const [row] = await database.rows<{ id: string }>(
    'insert into stored_objects (organization_id, file_name) values ($1, $2) returning id',
    [organizationId, fileName],
  );
  if (row === undefined) {
    throw new Error('an object was not announced');
  }
  return row.id;
}

/** All bytes are there, sealed; what they hold is so large and has this hash. */
export async function completeObject(
  database: Database,
  { id, sizeBytes, sha256 }: Pick<StoredObject, 'id' | 'sizeBytes' | 'sha256'>,
): Promise<void> {
  const rows = await database.rows(
    `with whole as (
       update stored_objects set state = 'whole', size_bytes = $2, sha256 = $3, is_sealed = true
       where id = $1 and state = 'arriving'
       returning 1
     )
     select * from whole`,
    [id, sizeBytes, sha256],
  );
  if (rows.length === 0) {
    throw new Error(`object ${id} was given up while it arrived`);
  }
}

/** Whether nobody wants it any more, so that its bytes may be removed. */
export async function isObjectUnwanted(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql.rows("select 1 from stored_objects where id = $1 and state = 'unwanted'", [id]);
  return rows.length === 1;
}

/** The bytes are gone, so the row may go. */
export async function forgetObject(database: Database, id: string): Promise<void> {
  await database.rows("delete from stored_objects where id = $1 and state = 'unwanted'", [id]);
}

/** Nobody wants them: their bytes are removed, now or by the next sweep; what a build refers to stays. */
export async function renounceObjects(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.rows(
    `update stored_objects o set state = 'unwanted' where id = any($1::uuid[]) and ${UNREFERENCED}`,
    [ids],
  );
}

/** SQL: no build refers to the object `o`. */
const UNREFERENCED = `not exists (select 1 from builds b where b.source_id = o.id)
  and not exists (select 1 from builds b where b.certs_id = o.id)
  and not exists (select 1 from builds b where b.result_id = o.id)
  and not exists (select 1 from build_artifacts a where a.object_id = o.id)`;

export interface RemovalLimits {
  /** Bytes that have not become whole in this time never will. */
  readonly arrivingSeconds: number;
  /** Bytes that no build has taken in this time. */
  readonly unusedSeconds: number;
  readonly limit: number;
}

/** What may be removed: given up, never arrived, or taken by nobody. It is marked, so that nobody takes it meanwhile. */
export async function objectsToRemove(database: Database, limits: RemovalLimits): Promise<string[]> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    await markUnused(sql, limits);
    const rows = await sql.rows<{ id: string }>(
      "select id from stored_objects where state = 'unwanted' order by created_at limit $1 for update skip locked",
      [limits.limit],
    );
    return rows.map(({ id }) => id);
  });
}

async function markUnused(sql: Sql, limits: RemovalLimits): Promise<void> {
  await sql.rows(
    `with unused as materialized (
       select o.id from stored_objects o
       where (o.state = 'arriving' and o.created_at < now() - $1::int * interval '1 second'
           or o.state = 'whole' and o.created_at < now() - $2::int * interval '1 second')
         and ${UNREFERENCED}
       limit $3 for update skip locked
     )
     update stored_objects o set state = 'unwanted' from unused u where o.id = u.id`,
    [limits.arrivingSeconds, limits.unusedSeconds, limits.limit],
  );
}
