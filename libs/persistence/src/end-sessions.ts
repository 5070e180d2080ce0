import type { Database, Sql } from './database.js';

/** Ends open sessions. Gives the users that they had on the broker. */
export async function endSessions(
  sql: Sql,
  condition: string,
  params: readonly unknown[],
): Promise<readonly string[]> {
  const ended = await sql.rows<{ brokerUser: string | null }>(
    `with ended as (
       update agent_sessions set ended_at = now() where ended_at is null and ${condition} returning broker_user
     )
     select broker_user as "brokerUser" from ended`,
    params,
  );
  return ended.flatMap(({ brokerUser }) => (brokerUser === null ? [] : [brokerUser]));
}

/** How long an agent that is gone may come back in its session. */
const GONE = "interval '1 hour'";

/** Agents that are gone come back in a new session, or never. Gives the users that theirs had on the broker. */
export async function endSessionsOfGone(database: Database): Promise<readonly string[]> {
  return endSessions(
    database,
    `exists (select 1 from agents a where a.session_id = agent_sessions.id and a.kind = 'agent'
       and a.status in ('lost', 'stopped') and a.updated_at < now() - ${GONE})`,
    [],
  );
}

/** Those of the broker's users that no open session has. */
export async function usersWithoutSession(sql: Sql, users: readonly string[]): Promise<readonly string[]> {
  const rows = await sql.rows<{ name: string }>(
    `select name from unnest($1::text[]) as u(name)
     where not exists (select 1 from agent_sessions s where s.broker_user = u.name and s.ended_at is null)`,
    [users],
  );
  return rows.map(({ name }) => name);
}
