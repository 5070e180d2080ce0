import type { Standing } from '@berth/domain';
import { SIMPLE_MS, type Database, type Sql, type Together } from '../database.js';
import type { ApiKeyRow } from '../entities/index.js';
import type { ListPart } from '../page.js';
import { prepared } from '../statement.js';

/** A key that opens something, and whose it is. */
export type OpenApiKey = Pick<
  ApiKeyRow,
  'id' | 'organizationId' | 'kind' | 'userId' | 'role' | 'name' | 'restricted' | 'expiresAt'
> & {
  /** Of the user whose key it is. */
  readonly email: string | null;
  /** Its last use is more than a minute ago. */
  readonly stale: boolean;
};

const OPEN_KEY = prepared(
  `select k.key_hash as "keyHash", k.id, k.organization_id as "organizationId", k.kind, k.user_id as "userId", k.role, k.name, k.restricted,
     k.expires_at as "expiresAt", u.email, (k.last_used_at is null or k.last_used_at < now() - interval '1 minute') as stale
   from api_keys k left join users u on u.id = k.user_id
   where k.key_hash = any($1::bytea[]) and (k.revoked_at is null or k.revoked_at > now())
     and (k.expires_at is null or k.expires_at > now()) and u.disabled_at is null`,
);

const OPEN_KEYS: Together<Buffer, OpenApiKey | null> = {
  work: async (sql, hashes) => {
    const rows = await sql.rows<OpenApiKey & { readonly keyHash: Buffer }>(OPEN_KEY, [hashes]);
    const byHash = new Map(rows.map(({ keyHash, ...key }) => [keyHash.toString('hex'), key]));
    return hashes.map((hash) => byHash.get(hash.toString('hex')) ?? null);
  },
};

/** Null: no such key opens anything, or it is closed. */
export async function readApiKey(database: Database, keyHash: Buffer): Promise<OpenApiKey | null> {
  return database.readTogether(OPEN_KEYS, keyHash);
}

/** The moment of its use, at most once a minute. */
export async function markKeyUsed(sql: Sql, id: string): Promise<void> {
  await sql.rows(
    `update api_keys set last_used_at = now()
     where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
    [id],
  );
}

/** A key as it is listed: everything but itself. */
export interface ListedApiKey {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly role: Standing | null;
  readonly restricted: boolean;
  readonly projects: readonly string[];
  readonly workspaces: readonly string[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  /** In the future of a key that was rotated and still opens for a while. */
  readonly revokedAt: Date | null;
}

/** Whose keys: a user's, or the service keys of an organization. */
export type KeyHolder = { readonly userId: string } | { readonly organizationId: string };

const LISTED = `select k.id, k.name, k.prefix, k.role, k.restricted, k.created_by as "createdBy",
    k.created_at as "createdAt", k.expires_at as "expiresAt", k.last_used_at as "lastUsedAt", k.revoked_at as "revokedAt",
    array(select p.name from api_key_places s join projects p on p.id = s.project_id
      where s.api_key_id = k.id order by p.name) as projects,
    array(select w.name from api_key_places s join workspaces w on w.id = s.workspace_id
      where s.api_key_id = k.id order by w.name) as workspaces
  from api_keys k`;
const OPEN = '(k.revoked_at is null or k.revoked_at > now())';

function holderIs(holder: KeyHolder): { readonly where: string; readonly id: string } {
  return 'userId' in holder
    ? { where: 'k.user_id = $1', id: holder.userId }
    : { where: "k.organization_id = $1 and k.kind = 'service'", id: holder.organizationId };
}

/** Those that are not revoked, newest first; the expired ones among them. */
export async function listApiKeys(
  sql: Sql,
  holder: KeyHolder,
  { after, limit }: ListPart,
): Promise<ListedApiKey[]> {
  const { where, id } = holderIs(holder);
  return sql.rows<ListedApiKey>(
    `${LISTED} where ${where} and ${OPEN} and ($2::timestamptz is null or (k.created_at, k.id) < ($2, $3::uuid))
     order by k.created_at desc, k.id desc limit $4`,
    [id, after?.createdAt ?? null, after?.id ?? null, limit],
  );
}

/** Null: the holder has no such key that is not revoked. */
export async function readListedApiKey(
  sql: Sql,
  holder: KeyHolder,
  keyId: string,
): Promise<ListedApiKey | null> {
  const { where, id } = holderIs(holder);
  const [key] = await sql.rows<ListedApiKey>(`${LISTED} where ${where} and ${OPEN} and k.id = $2`, [
    id,
    keyId,
  ]);
  return key ?? null;
}

export interface NewApiKey {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly keyHash: Buffer;
  readonly createdBy: string;
  readonly expiresAt: Date | null;
  readonly holder:
    | { readonly userId: string }
    | {
        readonly organizationId: string;
        readonly role: Standing;
        /** Ids; null: all of the organization. */
        readonly places: {
          readonly projects: readonly string[];
          readonly workspaces: readonly string[];
        } | null;
      };
}

export async function createApiKey(database: Database, key: NewApiKey): Promise<void> {
  await database.transaction(SIMPLE_MS, async (sql) => insertApiKey(sql, key));
}

/** The same in a transaction that does more. */
export async function insertApiKey(sql: Sql, { holder, ...key }: NewApiKey): Promise<void> {
  const service = 'organizationId' in holder ? holder : null;
  await sql.rows(
    `insert into api_keys (id, organization_id, kind, user_id, role, name, prefix, key_hash, created_by, expires_at, restricted)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      key.id,
      service?.organizationId ?? null,
      service === null ? 'user' : 'service',
      'userId' in holder ? holder.userId : null,
      service?.role ?? null,
      key.name,
      key.prefix,
      key.keyHash,
      key.createdBy,
      key.expiresAt,
      service !== null && service.places !== null,
    ],
  );
  if (service !== null && service.places !== null) {
    await sql.rows(
      `insert into api_key_places (api_key_id, organization_id, project_id, workspace_id)
       select $1::uuid, $2::uuid, id, null::uuid from unnest($3::uuid[]) as id
       union all select $1::uuid, $2::uuid, null, id from unnest($4::uuid[]) as id`,
      [key.id, service.organizationId, service.places.projects, service.places.workspaces],
    );
  }
}

/** From now on, or from then, it opens nothing. False where it does not already. */
export async function revokeApiKey(
  database: Database,
  keyId: string,
  at: Date | null = null,
): Promise<boolean> {
  const revoked = await database.rows(
    `update api_keys set revoked_at = coalesce($2::timestamptz, now())
     where id = $1 and (revoked_at is null or revoked_at > now()) returning id`,
    [keyId, at],
  );
  return revoked.length > 0;
}

/** A new key with all that the old one has; the old one still opens for so long. Null: it does not open any more. */
export async function rotateApiKey(
  database: Database,
  oldId: string,
  made: Pick<NewApiKey, 'id' | 'prefix' | 'keyHash' | 'createdBy' | 'expiresAt'> & {
    readonly overlapSeconds: number;
  },
): Promise<boolean> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const old = await sql.rows(
      `update api_keys set revoked_at = least(coalesce(revoked_at, 'infinity'), now() + $2::int * interval '1 second')
       where id = $1 and (revoked_at is null or revoked_at > now()) returning id`,
      [oldId, made.overlapSeconds],
    );
    if (old.length === 0) {
      return false;
    }
    await sql.rows(
      `insert into api_keys (id, organization_id, kind, user_id, role, name, prefix, key_hash, created_by, expires_at, restricted)
       select $2, organization_id, kind, user_id, role, name, $3, $4, $5, $6, restricted from api_keys where id = $1`,
      [oldId, made.id, made.prefix, made.keyHash, made.createdBy, made.expiresAt],
    );
    await sql.rows(
      `insert into api_key_places (api_key_id, organization_id, project_id, workspace_id)
       select $2, organization_id, project_id, workspace_id from api_key_places where api_key_id = $1`,
      [oldId, made.id],
    );
    return true;
  });
}

/** Takes away up to `limit` keys that have opened nothing for 90 days, as revoked or expired; gives how many. */
export async function endApiKeys(database: Database, limit: number): Promise<number> {
  const ended = await database.rows(
    `delete from api_keys where id in (
       select id from api_keys where least(revoked_at, expires_at) < now() - interval '90 days' limit $1)
     returning id`,
    [limit],
  );
  return ended.length;
}

/**
 * Lets the key of the environment do everything in the organization `default`, and closes the one that the environment
 * named before.
 */
export async function admitApiKey(database: Database, keyHash: Buffer): Promise<void> {
  await database.rows(
    `with closed as (
       update api_keys set revoked_at = now() where name = 'environment' and created_by = 'system:berth'
         and key_hash <> $1 and revoked_at is null
     )
     insert into api_keys (organization_id, name, key_hash, role)
     select id, 'environment', $1, 'owner' from organizations where name = 'default'
     on conflict (key_hash) do update set revoked_at = null`,
    [keyHash],
  );
}
