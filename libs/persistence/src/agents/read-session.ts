import type { Sql } from '../database.js';
import type { AgentSessionRow } from '../entities/index.js';
import { prepared } from '../statement.js';

export type OpenSession = Pick<AgentSessionRow, 'organizationId' | 'agentId' | 'podName'>;

const OPEN_SESSION = prepared(
  `select organization_id as "organizationId", agent_id as "agentId", pod_name as "podName" from agent_sessions
   where id = $1 and ended_at is null`,
);

/** Whose session it is. Null: there is none, or it has ended. */
export async function readSession(sql: Sql, sessionId: string): Promise<OpenSession | null> {
  const [session] = await sql.rows<OpenSession>(OPEN_SESSION, [sessionId]);
  return session ?? null;
}
