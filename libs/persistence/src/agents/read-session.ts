import type { Database, Sql, Together } from '../database.js';
import type { AgentSessionRow } from '../entities/index.js';
import { prepared } from '../statement.js';

export type OpenSession = Pick<AgentSessionRow, 'organizationId' | 'agentId' | 'podName'>;

const OPEN_SESSION = prepared(
  `select id, organization_id as "organizationId", agent_id as "agentId", pod_name as "podName" from agent_sessions
   where id = any($1::uuid[]) and ended_at is null`,
);
const OPEN_SESSIONS: Together<string, OpenSession | null> = {
  work: async (sql, ids) => {
    const rows = await sql.rows<OpenSession & { readonly id: string }>(OPEN_SESSION, [ids]);
    const byId = new Map(rows.map(({ id, ...session }) => [id, session]));
    return ids.map((id) => byId.get(id) ?? null);
  },
};

/** Whose session it is. Null: there is none, or it has ended. */
export async function readSession(database: Database, sessionId: string): Promise<OpenSession | null> {
  return database.readTogether(OPEN_SESSIONS, sessionId);
}

/** What proves a session's messages. */
export interface SessionKeyRow {
  readonly sessionId: string;
  readonly agentId: string;
  readonly key: Buffer;
  readonly brokerUser: string | null;
}

const SESSION_KEY = prepared(
  `select id as "sessionId", agent_id as "agentId", message_key as key, broker_user as "brokerUser" from agent_sessions
   where id = $1 and message_key is not null`,
);

/** Also of a session that has ended: whether it may still speak is asked where it does. Null: there is none that signs. */
export async function readSessionKey(sql: Sql, sessionId: string): Promise<SessionKeyRow | null> {
  const [session] = await sql.rows<SessionKeyRow>(SESSION_KEY, [sessionId]);
  return session ?? null;
}
