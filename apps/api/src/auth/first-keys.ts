import type { Database } from '@berth/persistence';
import { keyHash } from '../secrets/key-hash.js';

/**
 * Lets the keys of the environment open the organization `default` and its pool `default`. A key that the
 * environment named before and names no more is closed: changing the variable is how it is rotated.
 */
export async function admitFirstKeys(
  database: Database,
  apiKey: string,
  agentToken: string | undefined,
): Promise<void> {
  await database.rows(
    `with closed as (
       update api_keys set revoked_at = now() where name = 'environment' and key_hash <> $1 and revoked_at is null
     )
     insert into api_keys (organization_id, name, key_hash)
     select id, 'environment', $1 from organizations where name = 'default'
     on conflict (key_hash) do update set revoked_at = null`,
    [keyHash(apiKey)],
  );
  if (agentToken === undefined) {
    return;
  }
  await database.rows(
    `with closed as (
       update agent_tokens set revoked_at = now() where name = 'environment' and token_hash <> $1 and revoked_at is null
     )
     insert into agent_tokens (organization_id, pool_id, name, token_hash)
     select p.organization_id, p.id, 'environment', $1
     from pools p join organizations o on o.id = p.organization_id where o.name = 'default' and p.name = 'default'
     on conflict (token_hash) do update set revoked_at = null`,
    [keyHash(agentToken)],
  );
}
