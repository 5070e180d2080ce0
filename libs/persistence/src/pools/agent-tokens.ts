import type { Database, Sql } from '../database.js';
import { AgentTokenRow } from '../entities/index.js';

/** With this token agents may join the pool from now on. Gives its id. */
export async function createAgentToken(
  database: Database,
  token: Pick<AgentTokenRow, 'organizationId' | 'poolId' | 'name' | 'tokenHash'>,
): Promise<string> {
  const inserted = await database.repository(AgentTokenRow).insert(token);
  return String(inserted.identifiers[0]?.['id']);
}

export type OpenAgentToken = Pick<AgentTokenRow, 'organizationId' | 'poolId' | 'name'>;

/** Null: no such token opens a pool, or it is closed. */
export async function readAgentToken(sql: Sql, tokenHash: Buffer): Promise<OpenAgentToken | null> {
  const [token] = await sql.rows<OpenAgentToken>(
    `select organization_id as "organizationId", pool_id as "poolId", name from agent_tokens
     where token_hash = $1 and revoked_at is null`,
    [tokenHash],
  );
  return token ?? null;
}

/**
 * Lets the token of the environment open the pool `default` of the organization `default`, and closes the one that the
 * environment named before.
 */
export async function admitAgentToken(database: Database, tokenHash: Buffer): Promise<void> {
  await database.rows(
    `with closed as (
       update agent_tokens set revoked_at = now() where name = 'environment' and token_hash <> $1 and revoked_at is null
     )
     insert into agent_tokens (organization_id, pool_id, name, token_hash)
     select p.organization_id, p.id, 'environment', $1
     from pools p join organizations o on o.id = p.organization_id where o.name = 'default' and p.name = 'default'
     on conflict (token_hash) do update set revoked_at = null`,
    [tokenHash],
  );
}
