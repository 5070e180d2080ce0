import { randomUUID } from 'node:crypto';
import type { Role } from '@berth/domain';
import { createApiKey, putGrant, type Database } from '@berth/persistence';
import { createHash, randomBytes } from 'node:crypto';

export interface Person {
  readonly userId: string;
  readonly email: string;
  /** A user's key. */
  readonly key: string;
}

/** A member of the organization with a key, and a role where one is given. */
export async function person(
  database: Database,
  {
    organizationId,
    member = 'member',
    ...granted
  }: {
    readonly organizationId: string;
    readonly member?: 'owner' | 'member';
    readonly role?: Role;
    readonly projectId?: string;
    readonly workspaceId?: string;
  },
): Promise<Person> {
  const email = `${granted.role ?? member}-${randomBytes(4).toString('hex')}@example.org`;
  const [row] = await database.rows<{ id: string }>(
    `with made as (insert into users (email, name) values ($1, $1) returning id),
       joined as (insert into members (organization_id, user_id, role) select $2, id, $3 from made)
     select id from made`,
    [email, organizationId, member],
  );
  const userId = String(row?.id);
  if (granted.role !== undefined) {
    await putGrant(
      database,
      {
        organizationId,
        teamId: null,
        userId,
        projectId: granted.projectId ?? null,
        workspaceId: granted.workspaceId ?? null,
        role: granted.role,
      },
      randomUUID(),
    );
  }
  return { userId, email, key: await userKey(database, userId) };
}

/** A key of a user's, which is nowhere else. */
export async function userKey(database: Database, userId: string): Promise<string> {
  const key = `berth_user_${randomBytes(32).toString('base64url')}`;
  await createApiKey(database, {
    id: randomUUID(),
    name: 'test',
    prefix: key.slice(0, 17),
    keyHash: createHash('sha256').update(key).digest(),
    createdBy: 'system:test',
    expiresAt: null,
    holder: { userId },
  });
  return key;
}
