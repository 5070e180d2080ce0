import type { Database, Sql } from '../database.js';
import { FIRST_PLACE } from './reseal.js';

/** How far one column is sealed with one data key. */
export interface ResealProgress {
  /** `table.column`. */
  readonly place: string;
  /** Values that were looked at, and that were sealed anew. */
  readonly seen: number;
  readonly resealed: number;
  readonly finishedAt: Date | null;
}

interface OpenPlace {
  readonly place: string;
  readonly after: string;
}

/** What is to be done first for this data key; null where all is done, which is then said at the key. */
export async function nextToReseal(
  sql: Sql,
  dataKeyId: number,
  places: readonly string[],
): Promise<OpenPlace | null> {
  const [next] = await sql.rows<OpenPlace>(
    `select p.place, coalesce(r.after, '${FIRST_PLACE}') as after
     from unnest($2::text[]) with ordinality p (place, n)
     left join resealed_columns r on r.data_key_id = $1 and r.place = p.place
     where r.finished_at is null order by p.n limit 1`,
    [dataKeyId, places],
  );
  return next ?? null;
}

/** Says at the key that nothing is left that others have sealed. */
export async function noteResealed(sql: Sql, dataKeyId: number): Promise<void> {
  await sql.rows('update data_keys set resealed_at = now() where id = $1 and resealed_at is null', [
    dataKeyId,
  ]);
}

export async function isResealed(sql: Sql, dataKeyId: number): Promise<boolean> {
  const rows = await sql.rows('select from data_keys where id = $1 and resealed_at is not null', [dataKeyId]);
  return rows.length === 1;
}

/**
 * Writes down how far it went, for whoever goes on. At the end of the column another pass begins, unless this one has found
 * nothing to do.
 */
export async function noteProgress(
  database: Database,
  dataKeyId: number,
  place: string,
  step: { readonly after: string; readonly seen: number; readonly resealed: number; readonly isEnd: boolean },
): Promise<void> {
  await database.rows(
    `insert into resealed_columns as r (data_key_id, place, after, seen, resealed, resealed_in_pass, finished_at)
     values ($1, $2, case when $6::boolean then '${FIRST_PLACE}' else $3 end, $4::bigint, $5::bigint, case when $6::boolean then 0 else $5::bigint end,
       case when $6::boolean and $5::bigint = 0 then now() end)
     on conflict (data_key_id, place) do update set
       after = excluded.after,
       seen = r.seen + excluded.seen,
       resealed = r.resealed + excluded.resealed,
       resealed_in_pass = case when $6::boolean then 0 else r.resealed_in_pass + $5::bigint end,
       finished_at = case when $6::boolean and r.resealed_in_pass + $5::bigint = 0 then now() end`,
    [dataKeyId, place, step.after, step.seen, step.resealed, step.isEnd],
  );
}

/** Of one data key, column by column. */
export async function readResealProgress(sql: Sql, dataKeyId: number): Promise<ResealProgress[]> {
  return sql.rows<ResealProgress>(
    `select place, seen::float8 as seen, resealed::float8 as resealed, finished_at as "finishedAt"
     from resealed_columns where data_key_id = $1 order by place`,
    [dataKeyId],
  );
}
