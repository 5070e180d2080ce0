import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import { admitUser } from './users.js';

/** What an identity provider says of somebody. */
export interface ProvidedPerson {
  readonly issuer: string;
  /** What the provider never gives to anybody else. */
  readonly subject: string;
  /** Null where the provider has not verified it. */
  readonly email: string | null;
  readonly name: string;
  /** Whose member somebody becomes who is new and belongs nowhere; null: only who was added may sign in. */
  readonly organizationId: string | null;
}

export type ProvidedSignIn =
  | { readonly is: 'known'; readonly userId: string; readonly email: string }
  | { readonly is: 'disabled'; readonly userId: string; readonly email: string }
  /** Nobody has added them, and members do not come by themselves. */
  | { readonly is: 'unknown' }
  | { readonly is: 'without_email' };

interface Known {
  readonly userId: string;
  readonly email: string;
  readonly disabled: boolean;
}

/**
 * Finds who this is: by the provider's own id, then by the verified address, else a new member. From the first time on
 * the id decides, so that a changed address is the same person and an address that is given away is not.
 */
export async function signInByProvider(database: Database, person: ProvidedPerson): Promise<ProvidedSignIn> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    // One after the other for one person: two tabs make them once.
    await sql.rows('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `${person.issuer} ${person.subject}`,
    ]);
    const known = (await byIdentity(sql, person)) ?? (await byAddress(sql, person));
    if (known === 'unknown' || known === 'without_email') {
      return { is: known };
    }
    const { userId, email, disabled } = known;
    return { is: disabled ? 'disabled' : 'known', userId, email };
  });
}

async function byIdentity(sql: Sql, { issuer, subject }: ProvidedPerson): Promise<Known | null> {
  const [known] = await sql.rows<Known>(
    `select u.id as "userId", u.email, u.disabled_at is not null as disabled
     from user_identities i join users u on u.id = i.user_id where i.issuer = $1 and i.subject = $2`,
    [issuer, subject],
  );
  return known ?? null;
}

async function byAddress(sql: Sql, person: ProvidedPerson): Promise<Known | 'unknown' | 'without_email'> {
  const { email, name, organizationId, issuer, subject } = person;
  if (email === null) {
    return 'without_email';
  }
  const find = 'select id as "userId", email, disabled_at is not null as disabled from users';
  const [there] = await sql.rows<Known>(`${find} where lower(email) = lower($1)`, [email]);
  if (there?.disabled === true) {
    return there;
  }
  if (there === undefined && organizationId === null) {
    return 'unknown';
  }
  const { id: userId } = await admitUser(sql, { email, name });
  await sql.rows('insert into user_identities (issuer, subject, user_id) values ($1, $2, $3)', [
    issuer,
    subject,
    userId,
  ]);
  if (organizationId !== null) {
    // Whom a tenant has added belongs there, and becomes nobody else's member by signing in.
    await sql.rows(
      `insert into members (organization_id, user_id, role)
       select $1, $2, 'member' where not exists (select 1 from members where user_id = $2)`,
      [organizationId, userId],
    );
  }
  return { userId, email: there?.email ?? email, disabled: false };
}
