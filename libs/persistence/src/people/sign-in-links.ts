import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import { openUserSession, type NewUserSession } from './user-sessions.js';
import { admitUser, setPassword } from './users.js';

const OPEN = 'l.used_at is null and l.expires_at > now()';

/** Signs this person in, once; the links that they had are void. */
export async function createSignInLink(
  database: Database,
  link: { readonly userId: string; readonly tokenHash: Buffer; readonly expiresAt: Date },
): Promise<void> {
  await database.transaction(SIMPLE_MS, async (sql) => {
    await sql.rows('delete from sign_in_links where user_id = $1 and used_at is null', [link.userId]);
    await sql.rows('insert into sign_in_links (user_id, token_hash, expires_at) values ($1, $2, $3)', [
      link.userId,
      link.tokenHash,
      link.expiresAt,
    ]);
  });
}

/**
 * A link for whoever opens it to become the first owner of the organization `default`, in the place of those before.
 * False where it has an owner.
 */
export async function createFirstLink(
  database: Database,
  link: { readonly tokenHash: Buffer; readonly expiresAt: Date },
): Promise<boolean> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    if (!(await lacksOwner(sql))) {
      return false;
    }
    await sql.rows('delete from sign_in_links where user_id is null and used_at is null');
    await sql.rows('insert into sign_in_links (token_hash, expires_at) values ($1, $2)', [
      link.tokenHash,
      link.expiresAt,
    ]);
    return true;
  });
}

/** Whose a link is that still opens; `first` where whoever opens it becomes the first owner. */
export async function readSignInLink(
  sql: Sql,
  tokenHash: Buffer,
): Promise<{ readonly for: 'first' | { readonly userId: string; readonly email: string } } | null> {
  const [link] = await sql.rows<{ userId: string | null; email: string | null }>(
    `select u.id as "userId", u.email from sign_in_links l left join users u on u.id = l.user_id
     where l.token_hash = $1 and ${OPEN} and u.disabled_at is null`,
    [tokenHash],
  );
  if (link === undefined) {
    return null;
  }
  const { userId, email } = link;
  return { for: userId === null || email === null ? 'first' : { userId, email } };
}

export interface LinkUse {
  readonly tokenHash: Buffer;
  /** Of who becomes the first owner. */
  readonly person: { readonly email: string; readonly name: string } | null;
  /** Sets it; null leaves it as it is. */
  readonly passwordHash: string | null;
}

/** Uses a link up and signs its person in. Null: it does not open any more. */
export async function signInByLink(
  database: Database,
  use: LinkUse,
  session: Omit<NewUserSession, 'userId'>,
): Promise<{ readonly userId: string; readonly email: string } | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const person = await takeLink(sql, use);
    if (person !== null) {
      await openUserSession(sql, { ...session, userId: person.userId });
    }
    return person;
  });
}

async function takeLink(
  sql: Sql,
  { tokenHash, person, passwordHash }: LinkUse,
): Promise<{ readonly userId: string; readonly email: string } | null> {
  const [link] = await sql.rows<{ userId: string | null; email: string | null }>(
    `update sign_in_links l set used_at = now()
     from sign_in_links same left join users u on u.id = same.user_id
     where l.id = same.id and l.token_hash = $1 and ${OPEN} and u.disabled_at is null
     returning l.user_id as "userId", u.email`,
    [tokenHash],
  );
  if (link === undefined || (link.userId === null && (person === null || !(await lacksOwner(sql))))) {
    return null;
  }
  const email = link.email ?? String(person?.email);
  const userId = link.userId ?? (await firstOwner(sql, { email, name: person?.name ?? email }));
  if (passwordHash !== null) {
    await setPassword(sql, { userId, passwordHash, sessionId: null });
  }
  return { userId, email };
}

async function firstOwner(sql: Sql, person: { readonly email: string; readonly name: string }) {
  const { id } = await admitUser(sql, person);
  await sql.rows(
    `insert into members (organization_id, user_id, role) select id, $1, 'owner' from organizations where name = 'default'
     on conflict (organization_id, user_id) do update set role = 'owner'`,
    [id],
  );
  return id;
}

/** Locks the organization: of two who would become its first owner at once, the second finds the first. */
async function lacksOwner(sql: Sql): Promise<boolean> {
  const rows = await sql.rows<{ id: string }>(
    "select id from organizations where name = 'default' for update",
  );
  const owners = await sql.rows(
    `select 1 from members m join users u on u.id = m.user_id
     where m.organization_id = $1 and m.role = 'owner' and u.disabled_at is null limit 1`,
    [rows[0]?.id ?? null],
  );
  return rows.length > 0 && owners.length === 0;
}
