import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import { prepared } from '../statement.js';

/** A browser that is signed in. */
export interface UserSession {
  readonly id: string;
  readonly userId: string;
  readonly email: string;
}

const OPEN_SESSION = prepared(
  `select s.id, s.user_id as "userId", u.email, s.last_seen_at < now() - interval '1 minute' as stale
   from user_sessions s join users u on u.id = s.user_id
   where s.token_hash = $1 and s.expires_at > now() and u.disabled_at is null`,
);

/** Null: there is no such session, it is over, or its person may not sign in any more. Notes that it was seen, once a minute. */
export async function readUserSession(database: Database, tokenHash: Buffer): Promise<UserSession | null> {
  const [session] = await database.rows<UserSession & { stale: boolean }>(OPEN_SESSION, [tokenHash]);
  if (session === undefined) {
    return null;
  }
  const { stale, ...known } = session;
  if (stale) {
    await database.rows('update user_sessions set last_seen_at = now() where id = $1', [known.id]);
  }
  return known;
}

export interface NewUserSession {
  readonly userId: string;
  readonly tokenHash: Buffer;
  readonly expiresAt: Date;
  readonly address: string;
  readonly userAgent: string;
  readonly sealedIdToken: Buffer | null;
}

/** Signs a person in. Gives the session's id. */
export async function openUserSession(sql: Sql, session: NewUserSession): Promise<string> {
  const [row] = await sql.rows<{ id: string }>(
    `with seen as (update users set last_sign_in_at = now() where id = $1)
     insert into user_sessions (user_id, token_hash, expires_at, address, user_agent, sealed_id_token)
     values ($1, $2, $3, $4, $5, $6) returning id`,
    [
      session.userId,
      session.tokenHash,
      session.expiresAt,
      session.address,
      session.userAgent,
      session.sealedIdToken,
    ],
  );
  return String(row?.id);
}

export interface ListedSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly address: string;
  readonly userAgent: string;
}

/** Those of a person that are not over, newest first. */
export async function listUserSessions(sql: Sql, userId: string): Promise<ListedSession[]> {
  return sql.rows<ListedSession>(
    `select id, created_at as "createdAt", last_seen_at as "lastSeenAt", expires_at as "expiresAt", address,
       user_agent as "userAgent"
     from user_sessions where user_id = $1 and expires_at > now() order by created_at desc, id desc limit 200`,
    [userId],
  );
}

/** Ends one of a person's sessions; what the identity provider gave for it. Null: there is none. */
export async function endUserSession(
  database: Database,
  userId: string,
  sessionId: string,
): Promise<{ readonly sealedIdToken: Buffer | null } | null> {
  const [ended] = await database.rows<{ sealedIdToken: Buffer | null }>(
    `with ended as (delete from user_sessions where user_id = $1 and id = $2 returning sealed_id_token)
     select sealed_id_token as "sealedIdToken" from ended`,
    [userId, sessionId],
  );
  return ended ?? null;
}

/** Takes away what is over: sessions, links, sign-ins of command lines. Up to `limit` of each; gives how many. */
export async function endSignIns(database: Database, limit: number): Promise<number> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    let ended = 0;
    for (const [table, key] of [
      ['user_sessions', 'id'],
      ['sign_in_links', 'id'],
      ['device_sign_ins', 'id'],
      ['authorization_codes', 'code_hash'],
    ] as const) {
      const rows = await sql.rows(
        `delete from ${table} where ${key} in (select ${key} from ${table} where expires_at < now() - interval '1 day'
           order by expires_at limit $1) returning 1`,
        [limit],
      );
      ended += rows.length;
    }
    return ended;
  });
}
