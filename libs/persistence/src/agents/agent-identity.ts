import type { Sql } from '../database.js';

export interface IdentityClaim {
  readonly agentId: string;
  readonly organizationId: string;
  readonly poolId: string;
  readonly secretHash: Buffer;
}

/**
 * `taken`: the id is another agent's, and stays so. `in_use`: an agent of this pool that is here, or was a moment ago, has
 * it with another secret; when that one is gone, the id is free for this pool again.
 */
export type IdentityRefusal = 'taken' | 'in_use';

/**
 * An id belongs to whoever came first with it, known by a secret: neither the token of another pool nor that of the same
 * one takes over an agent that is at work. A disk that is gone has taken its agent's secret with it, so an agent that is
 * lost or has stopped gives its id back to its pool. Null where the session may be opened.
 */
export async function admitIdentity(sql: Sql, claim: IdentityClaim): Promise<IdentityRefusal | null> {
  const { agentId, organizationId, poolId, secretHash } = claim;
  await sql.rows(
    `insert into agent_identities (agent_id, organization_id, pool_id, secret_hash)
     select $1, $2, $3, $4 where not exists (select 1 from agents a where a.id = $1 and (a.organization_id <> $2 or a.kind <> 'agent'
       or a.pool_id <> $3))
     on conflict (agent_id) do nothing`,
    [agentId, organizationId, poolId, secretHash],
  );
  const [owner] = await sql.rows<{ organizationId: string; poolId: string; isSame: boolean }>(
    `select organization_id as "organizationId", pool_id as "poolId", secret_hash = $2 as "isSame"
     from agent_identities where agent_id = $1 for update`,
    [agentId, secretHash],
  );
  if (owner?.organizationId !== organizationId) {
    return 'taken';
  }
  if (!owner.isSame) {
    if (owner.poolId !== poolId) {
      return 'taken';
    }
    const [present] = await sql.rows(
      `select 1 from agents where id = $1 and status in ('alive', 'suspect', 'draining')`,
      [agentId],
    );
    if (present !== undefined) {
      return 'in_use';
    }
  }
  await sql.rows('update agent_identities set pool_id = $2, secret_hash = $3 where agent_id = $1', [
    agentId,
    poolId,
    secretHash,
  ]);
  return null;
}
