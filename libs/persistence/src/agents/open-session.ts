import { SIMPLE_MS, type Database } from '../database.js';
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
}

/** A process of the agent begins; its older sessions end. Null where the id belongs to another organization's agent. */
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
      `insert into agent_sessions (organization_id, pool_id, agent_id, pod_name, slots, concurrency, version)
       values ($1, $2, $3, $4, $5, $6, $7) returning *`,
      [
        session.organizationId,
        session.poolId,
        session.agentId,
        session.podName,
        session.slots,
        session.concurrency,
        session.version,
      ],
    );
    return row === undefined ? null : toEntity<AgentSessionRow>(row);
  });
}
