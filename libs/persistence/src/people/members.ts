import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { KeyedListPart } from '../page.js';
import { admitUser } from './users.js';

export type MemberRole = 'owner' | 'member';

export interface Member {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: MemberRole;
  readonly createdAt: Date;
  readonly lastSignInAt: Date | null;
}

const MEMBERS = `select u.id as "userId", u.email, u.name, m.role, m.created_at as "createdAt",
  u.last_sign_in_at as "lastSignInAt" from members m join users u on u.id = m.user_id`;

/** By e-mail address. */
export async function listMembers(
  sql: Sql,
  organizationId: string,
  { after, limit }: KeyedListPart,
): Promise<Member[]> {
  return sql.rows<Member>(
    `${MEMBERS} where m.organization_id = $1 and ($2::text is null or lower(u.email) > $2)
     order by lower(u.email) limit $3`,
    [organizationId, after, limit],
  );
}

/** By the user's id or address. */
export async function readMember(sql: Sql, organizationId: string, named: string): Promise<Member | null> {
  const [member] = await sql.rows<Member>(
    `${MEMBERS} where m.organization_id = $1 and (u.id::text = $2 or lower(u.email) = lower($2))`,
    [organizationId, named],
  );
  return member ?? null;
}

/** Somebody becomes a member; who is one already is left as they are. */
export async function addMember(
  database: Database,
  member: {
    readonly organizationId: string;
    readonly email: string;
    readonly name: string;
    readonly role: MemberRole;
  },
): Promise<{ readonly added: boolean; readonly userId: string }> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const { id } = await admitUser(sql, member);
    const added = await sql.rows(
      `insert into members (organization_id, user_id, role) values ($1, $2, $3)
       on conflict (organization_id, user_id) do nothing returning user_id`,
      [member.organizationId, id, member.role],
    );
    return { added: added.length > 0, userId: id };
  });
}

/** `last_owner`: an organization without one could be opened by nobody. */
export type MemberChange = 'changed' | 'last_owner' | 'gone';

export async function changeMember(
  database: Database,
  organizationId: string,
  userId: string,
  role: MemberRole,
): Promise<MemberChange> {
  return withOwnerLeft(database, { organizationId, userId, staysOwner: role === 'owner' }, async (sql) =>
    sql.rows('update members set role = $3 where organization_id = $1 and user_id = $2 returning user_id', [
      organizationId,
      userId,
      role,
    ]),
  );
}

/** Takes away what the person may do here, teams and grants with it; what they have done stays. */
export async function removeMember(
  database: Database,
  organizationId: string,
  userId: string,
): Promise<MemberChange> {
  return withOwnerLeft(database, { organizationId, userId, staysOwner: false }, async (sql) =>
    sql.rows('delete from members where organization_id = $1 and user_id = $2 returning user_id', [
      organizationId,
      userId,
    ]),
  );
}

/** One after the other in one organization: two owners cannot remove each other at the same time. */
async function withOwnerLeft(
  database: Database,
  who: { readonly organizationId: string; readonly userId: string; readonly staysOwner: boolean },
  change: (sql: Sql) => Promise<object[]>,
): Promise<MemberChange> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    await sql.rows('select 1 from organizations where id = $1 for update', [who.organizationId]);
    if (!who.staysOwner) {
      const owners = await sql.rows<{ userId: string }>(
        `select m.user_id as "userId" from members m join users u on u.id = m.user_id
         where m.organization_id = $1 and m.role = 'owner' and u.disabled_at is null`,
        [who.organizationId],
      );
      if (owners.length === 1 && owners[0]?.userId === who.userId) {
        return 'last_owner';
      }
    }
    return (await change(sql)).length > 0 ? 'changed' : 'gone';
  });
}
