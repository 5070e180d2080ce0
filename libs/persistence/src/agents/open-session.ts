import type { RunIsolation } from '@berth/domain';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import { admitIdentity, type IdentityRefusal } from './agent-identity.js';
import { endSessions } from '../end-sessions.js';

export interface NewSession {
  readonly id: string;
  readonly organizationId: string;
  readonly poolId: string;
  /** Of the pool, that has let the agent in. */
  readonly tokenId: string;
  readonly agentId: string;
  /** SHA-256 of the agent's own secret. */
  readonly secretHash: Buffer;
  readonly messageKey: Buffer;
  readonly brokerUser: string | null;
  readonly podName: string;
  readonly slots: number;
  readonly concurrency: number;
  readonly version: string;
  readonly isolation?: RunIsolation | null;
  /** The session that this one follows in the same process; null where a process begins. */
  readonly continues?: string | null;
}

export type SessionOpening =
  | {
      readonly opened: true;
      /** What the agent's sessions of before had on the broker. */
      readonly formerUsers: readonly string[];
    }
  | { readonly opened: false; readonly why: IdentityRefusal };

/** A process of the agent begins, or goes on in another session with what it owns; its older sessions end. */
export async function openSession(database: Database, session: NewSession): Promise<SessionOpening> {
  return database.transaction(SIMPLE_MS, async (sql): Promise<SessionOpening> => {
    const refusal = await admitIdentity(sql, session);
    if (refusal !== null) {
      return { opened: false, why: refusal };
    }
    const formerUsers = await endSessions(sql, 'agent_id = $1 and organization_id = $2', [
      session.agentId,
      session.organizationId,
    ]);
    await sql.rows(
      `insert into agent_sessions (id, organization_id, pool_id, agent_id, pod_name, slots, concurrency, version, isolation,
         message_key, broker_user, token_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        session.id,
        session.organizationId,
        session.poolId,
        session.agentId,
        session.podName,
        session.slots,
        session.concurrency,
        session.version,
        session.isolation ?? null,
        session.messageKey,
        session.brokerUser,
        session.tokenId,
      ],
    );
    if (session.continues) {
      await takeOver(sql, session);
    }
    return { opened: true, formerUsers };
  });
}

/**
 * Where nobody has registered since, the session before is still the one that is counted on. Everything that it owns is
 * its process's, which is the one that asks: also what it accepts in this moment.
 */
async function takeOver(sql: Sql, { id, agentId, podName, poolId, continues }: NewSession): Promise<void> {
  const [agent] = await sql.rows(
    `with known as (
       update agents set session_id = $4, updated_at = now()
       where id = $1 and pod_name = $2 and session_id = $3 and pool_id = $5 returning id
     ), heard as (
       update agent_heartbeats set session_id = $4 where agent_id in (select id from known)
     )
     select id from known`,
    [agentId, podName, continues, id, poolId],
  );
  if (agent !== undefined) {
    await sql.rows(
      `with taken as (
         update tasks set session_id = $3
         where agent_id = $1 and session_id = $2 and status in ('planning', 'applying', 'running') returning 1
       )
       select * from taken`,
      [agentId, continues, id],
    );
  }
}
