import { endSessions } from '../end-sessions.js';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { AgentTokenRow } from '../entities/index.js';
import type { ListPart } from '../page.js';

/** With this token agents may join the pool from now on. Gives its id. */
export async function createAgentToken(
  database: Database,
  token: Pick<AgentTokenRow, 'organizationId' | 'poolId' | 'name' | 'tokenHash'>,
): Promise<string> {
  const [row] = await database.rows<{ id: string }>(
    'insert into agent_tokens (organization_id, pool_id, name, token_hash) values ($1, $2, $3, $4) returning id',
    [token.organizationId, token.poolId, token.name, token.tokenHash],
  );
  return String(row?.id);
}

export type OpenAgentToken = Pick<AgentTokenRow, 'id' | 'organizationId' | 'poolId' | 'name'>;

/** Null: no such token opens a pool, or it is closed. */
export async function readAgentToken(sql: Sql, tokenHash: Buffer): Promise<OpenAgentToken | null> {
  const [token] = await sql.rows<OpenAgentToken>(
    `select id, organization_id as "organizationId", pool_id as "poolId", name from agent_tokens
     where token_hash = $1 and revoked_at is null`,
    [tokenHash],
  );
  return token ?? null;
}

/**
 * Lets the token of the environment open the pool `default` of the organization `default`, and closes the one that the
 * environment named before, with the sessions that were opened with it.
 */
export async function admitAgentToken(database: Database, tokenHash: Buffer): Promise<void> {
  await database.rows(
    `with closed as (
       update agent_tokens set revoked_at = now() where name = 'environment' and token_hash <> $1 and revoked_at is null
       returning id
     ), ended as (
       update agent_sessions set ended_at = now() where token_id in (select id from closed) and ended_at is null
     )
     insert into agent_tokens (organization_id, pool_id, name, token_hash)
     select p.organization_id, p.id, 'environment', $1
     from pools p join organizations o on o.id = p.organization_id where o.name = 'default' and p.name = 'default'
     on conflict (token_hash) do update set revoked_at = null`,
    [tokenHash],
  );
}

/** A token as it is listed. */
export type ListedAgentToken = Pick<AgentTokenRow, 'id' | 'name' | 'createdAt'>;

/** Those that open the pool, newest first. */
export async function listAgentTokens(
  database: Database,
  poolId: string,
  { after, limit }: ListPart,
): Promise<ListedAgentToken[]> {
  return database.rows<ListedAgentToken>(
    `select id, name, created_at as "createdAt" from agent_tokens
     where pool_id = $1 and revoked_at is null and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
     order by created_at desc, id desc limit $4`,
    [poolId, after?.createdAt ?? null, after?.id ?? null, limit],
  );
}

/**
 * From now on it lets nobody join, and every session that was opened with it is over. Null where the pool has no such open
 * token; else the users that those sessions had on the broker.
 */
export async function revokeAgentToken(
  database: Database,
  poolId: string,
  id: string,
): Promise<readonly string[] | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const revoked = await sql.rows(
      `with revoked as (
         update agent_tokens set revoked_at = now() where pool_id = $1 and id = $2 and revoked_at is null returning 1
       )
       select * from revoked`,
      [poolId, id],
    );
    return revoked.length === 0 ? null : endSessions(sql, 'token_id = $1', [id]);
  });
}
