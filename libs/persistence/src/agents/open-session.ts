import type { RunIsolation } from '@berth/domain';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { AgentSessionRow } from '../entities/index.js';
import { toEntity, type RawRow } from '../rows.js';

export interface NewSession {
  readonly organizationId: string;
  readonly poolId: string;
  readonly agentId: string;
  readonly podName: string;
  readonly slots: number;
  readonly concurrency: number;
  readonly version: string;
  readonly isolation?: RunIsolation | null;
  /** The session that this one follows in the same process; null where a process begins. */
  readonly continues?: string | null;
}

/**
 * A process of the agent begins, or goes on in another session with what it owns; its older sessions end. Null where the
 * id belongs to another organization's agent.
 */
export async function openSession(database: Database, session: NewSession): Promise<AgentSessionRow | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const [owner] = await sql.rows<{ organizationId: string }>(
      'select organization_id as "organizationId" from agents where id = $1',
      [session.agentId],
    );
    if (owner !== undefined && owner.organizationId !== session.organizationId) {
      return null;
    }
    await sql.rows(
      'update agent_sessions set ended_at = now() where agent_id = $1 and organization_id = $2 and ended_at is null',
      [session.agentId, session.organizationId],
    );
    const [row] = await sql.rows<RawRow>(
      `insert into agent_sessions (organization_id, pool_id, agent_id, pod_name, slots, concurrency, version, isolation)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning *`,
      [
        session.organizationId,
        session.poolId,
        session.agentId,
        session.podName,
        session.slots,
        session.concurrency,
        session.version,
        session.isolation ?? null,
      ],
    );
    if (row !== undefined && session.continues) {
      await takeOver(sql, session, String(row['id']));
    }
    return row === undefined ? null : toEntity<AgentSessionRow>(row);
  });
}

/**
 * Where nobody has registered since, the session before is still the one that is counted on. Everything that it owns is
 * its process's, which is the one that asks: also what it accepts in this moment.
 */
async function takeOver(
  sql: Sql,
  { agentId, podName, continues }: NewSession,
  sessionId: string,
): Promise<void> {
  const [agent] = await sql.rows(
    `with known as (
       update agents set session_id = $4, updated_at = now()
       where id = $1 and pod_name = $2 and session_id = $3 returning id
     ), heard as (
       update agent_heartbeats set session_id = $4 where agent_id in (select id from known)
     )
     select id from known`,
    [agentId, podName, continues, sessionId],
  );
  if (agent !== undefined) {
    await sql.rows(
      `with taken as (
         update tasks set session_id = $3
         where agent_id = $1 and session_id = $2 and status in ('planning', 'applying', 'running') returning 1
       )
       select * from taken`,
      [agentId, continues, sessionId],
    );
  }
}
