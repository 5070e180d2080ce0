import type { Sql } from '../database.js';

/** A key that a person has given a request, so that it may come again. */
export interface IdempotencyKey {
  readonly organizationId: string;
  readonly key: string;
}

/**
 * Holds the key for a request, for a minute: an api that crashes holds it no longer. Gives the id under which the
 * request creates, the same one until it is answered. Null where another one holds it, or it was answered within a day.
 */
export async function holdIdempotencyKey(
  sql: Sql,
  { organizationId, key }: IdempotencyKey,
  requestHash: string,
): Promise<string | null> {
  const [first] = await sql.rows<{ newId: string }>(
    `with first as (
       insert into idempotency_keys as k (organization_id, key, request_hash) values ($1, $2, $3)
       on conflict (organization_id, key) do update set request_hash = excluded.request_hash, status = null,
         response = null, created_at = now(), held_until = excluded.held_until,
         resource_id = case when k.status is null and k.request_hash = excluded.request_hash
           then k.resource_id else excluded.resource_id end
       where k.created_at < now() - interval '1 day' or (k.status is null and k.held_until < now())
       returning resource_id
     )
     select resource_id as "newId" from first`,
    [organizationId, key, requestHash],
  );
  return first?.newId ?? null;
}

export interface KeptAnswer {
  readonly requestHash: string;
  /** Null while the request is being worked on. */
  readonly status: number | null;
  readonly response: unknown;
}

/** What the request with this key was answered. */
export async function readKeptAnswer(
  sql: Sql,
  { organizationId, key }: IdempotencyKey,
): Promise<KeptAnswer | null> {
  const [answer] = await sql.rows<KeptAnswer>(
    `select request_hash as "requestHash", status, response from idempotency_keys where organization_id = $1 and key = $2`,
    [organizationId, key],
  );
  return answer ?? null;
}

/** From now on the key's requests are answered like this. */
export async function keepAnswer(
  sql: Sql,
  { organizationId, key }: IdempotencyKey,
  { status, response }: { readonly status: number; readonly response: unknown },
): Promise<void> {
  await sql.rows(
    'update idempotency_keys set status = $3, response = $4::jsonb where organization_id = $1 and key = $2',
    [organizationId, key, status, JSON.stringify(response ?? null)],
  );
}

/** Removes keys that were answered, or given up, more than a day ago. Gives how many. */
export async function forgetOldKeys(sql: Sql, limit: number): Promise<number> {
  const forgotten = await sql.rows(
    `delete from idempotency_keys where (organization_id, key) in (
       select organization_id, key from idempotency_keys where created_at < now() - interval '1 day'
       order by created_at limit $1 for update skip locked
     ) returning 1`,
    [limit],
  );
  return forgotten.length;
}

/** Whoever asks again with a key that was not answered need not wait until it is held no longer. */
export async function releaseIdempotencyKey(
  sql: Sql,
  { organizationId, key }: IdempotencyKey,
): Promise<void> {
  await sql.rows(
    `update idempotency_keys set held_until = now() - interval '1 second'
     where organization_id = $1 and key = $2 and status is null`,
    [organizationId, key],
  );
}
