import type { Database, Sql } from '../database.js';

/** How long a worker's token is good, in seconds (the protocol's own figure). */
const TOKEN_SECONDS = 90;

export interface KnownWorker {
  readonly agentId: string;
  readonly organizationId: string;
}

/** The worker whose token this is and still counts; null otherwise. */
export async function workerOfToken(database: Database, tokenHash: Buffer): Promise<KnownWorker | null> {
  const [worker] = await database.rows<KnownWorker>(
    `select a.id as "agentId", a.organization_id as "organizationId" from worker_tokens k
     join agents a on a.id = k.agent_id where k.token_hash = $1 and k.expires_at > now()`,
    [tokenHash],
  );
  return worker ?? null;
}

/** SQL that does both for the worker $1 and the token's hash $2, for statements that also ask something. */
export const RENEWED = `over as (
    delete from worker_tokens where agent_id = $1 and expires_at < now()
  ), seen as (
    update agent_heartbeats set at = clock_timestamp() where agent_id = $1
  ), renewed as (
    insert into worker_tokens (token_hash, organization_id, agent_id, expires_at)
    select $2, organization_id, id, now() + interval '${TOKEN_SECONDS} seconds' from agents where id = $1
  )`;

/** Notes that the worker is alive and gives it a further token; those before stay good until their own end. */
export async function renewWorker(sql: Sql, agentId: string, tokenHash: Buffer): Promise<void> {
  await sql.rows(`with ${RENEWED} select 1`, [agentId, tokenHash]);
}

/** Notes that the worker is alive. */
export async function noteWorkerAlive(sql: Sql, agentId: string): Promise<void> {
  await sql.rows('update agent_heartbeats set at = clock_timestamp() where agent_id = $1', [agentId]);
}

/** Closes every token of the worker. */
export async function closeWorkerTokens(sql: Sql, agentId: string): Promise<void> {
  await sql.rows('delete from worker_tokens where agent_id = $1', [agentId]);
}
