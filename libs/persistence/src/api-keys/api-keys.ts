import type { Database, Sql } from '../database.js';
import type { ApiKeyRow } from '../entities/index.js';
import { prepared } from '../statement.js';

export type OpenApiKey = Pick<ApiKeyRow, 'id' | 'organizationId' | 'name'>;

const OPEN_KEY = prepared(
  `select id, organization_id as "organizationId", name from api_keys where key_hash = $1 and revoked_at is null`,
);

/** Null: no such key opens an organization, or it is closed. */
export async function readApiKey(sql: Sql, keyHash: Buffer): Promise<OpenApiKey | null> {
  const [key] = await sql.rows<OpenApiKey>(OPEN_KEY, [keyHash]);
  return key ?? null;
}

/**
 * Lets the key of the environment open the organization `default`, and closes the one that the environment named
 * before.
 */
export async function admitApiKey(database: Database, keyHash: Buffer): Promise<void> {
  await database.rows(
    `with closed as (
       update api_keys set revoked_at = now() where name = 'environment' and key_hash <> $1 and revoked_at is null
     )
     insert into api_keys (organization_id, name, key_hash)
     select id, 'environment', $1 from organizations where name = 'default'
     on conflict (key_hash) do update set revoked_at = null`,
    [keyHash],
  );
}
