import type { Database, Sql } from '../database.js';
import { prepared } from '../statement.js';

/** A person. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly hasPassword: boolean;
  readonly createdAt: Date;
  readonly lastSignInAt: Date | null;
}

const USER = `id, email, name, password_hash is not null as "hasPassword", created_at as "createdAt",
  last_sign_in_at as "lastSignInAt"`;
const ONE_USER = prepared(`select ${USER} from users where id = $1 and disabled_at is null`);

/** Null: there is no such person, or they may not sign in any more. */
export async function readUser(sql: Sql, id: string): Promise<User | null> {
  const [user] = await sql.rows<User>(ONE_USER, [id]);
  return user ?? null;
}

/** However the address is capitalized. */
export async function readUserByEmail(
  sql: Sql,
  email: string,
): Promise<(User & { readonly passwordHash: string | null; readonly disabled: boolean }) | null> {
  const [user] = await sql.rows<User & { passwordHash: string | null; disabled: boolean }>(
    `select ${USER}, password_hash as "passwordHash", disabled_at is not null as disabled from users
     where lower(email) = lower($1)`,
    [email],
  );
  return user ?? null;
}

/** The person with this address, made where there is none yet; a name that is there stays. */
export async function admitUser(
  sql: Sql,
  person: { readonly email: string; readonly name: string },
): Promise<{ readonly id: string; readonly created: boolean }> {
  const [made] = await sql.rows<{ id: string }>(
    `insert into users (email, name) values ($1, $2) on conflict (lower(email)) do nothing returning id`,
    [person.email, person.name],
  );
  if (made !== undefined) {
    return { id: made.id, created: true };
  }
  const [there] = await sql.rows<{ id: string }>('select id from users where lower(email) = lower($1)', [
    person.email,
  ]);
  return { id: String(there?.id), created: false };
}

/** What a person says of themselves. */
export async function changeUser(
  database: Database,
  id: string,
  { name }: { readonly name: string },
): Promise<void> {
  await database.rows('update users set name = $2 where id = $1', [id, name]);
}

/** Sets how a person signs in with a password; their sessions end, but for the one that they set it in. */
export async function setPassword(
  sql: Sql,
  { userId, passwordHash, sessionId }: { userId: string; passwordHash: string; sessionId: string | null },
): Promise<void> {
  await sql.rows(
    `with ended as (delete from user_sessions where user_id = $1 and id is distinct from $3::uuid)
     update users set password_hash = $2 where id = $1`,
    [userId, passwordHash, sessionId],
  );
}
