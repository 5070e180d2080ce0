import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import { admitUser } from './users.js';

/** A tenant, with what a person is there. */
export interface Membership {
  readonly organizationId: string;
  readonly name: string;
  readonly role: 'owner' | 'member';
  readonly createdAt: Date;
}

const MEMBERSHIPS = `select o.id as "organizationId", o.name, m.role, o.created_at as "createdAt"
  from members m join organizations o on o.id = m.organization_id`;

/** A person's organizations, by name; there are never many. */
export async function listMemberships(sql: Sql, userId: string): Promise<Membership[]> {
  return sql.rows<Membership>(`${MEMBERSHIPS} where m.user_id = $1 order by o.name limit 1000`, [userId]);
}

/** By id or name. Null: there is no such organization. */
export async function readOrganization(
  sql: Sql,
  idOrName: string,
): Promise<{ readonly id: string; readonly name: string; readonly createdAt: Date } | null> {
  const [found] = await sql.rows<{ id: string; name: string; createdAt: Date }>(
    'select id, name, created_at as "createdAt" from organizations where id::text = $1 or name = $1',
    [idOrName],
  );
  return found ?? null;
}

export interface NewOrganization {
  readonly id: string;
  readonly name: string;
  /** Who is not known yet can sign in from now on. */
  readonly owner: { readonly userId: string } | { readonly email: string };
}

/** A new tenant with a first owner, the pool and the project `default`. @throws UniqueViolation where the name is taken */
export async function createOrganization(
  database: Database,
  { id, name, owner }: NewOrganization,
): Promise<void> {
  await database.transaction(SIMPLE_MS, async (sql) => {
    const made = await sql.rows(
      'insert into organizations (id, name) values ($1, $2) on conflict (id) do nothing returning id',
      [id, name],
    );
    if (made.length === 0) {
      return;
    }
    const ownerId =
      'userId' in owner ? owner.userId : (await admitUser(sql, { email: owner.email, name: owner.email })).id;
    await sql.rows("insert into pools (organization_id, name) values ($1, 'default')", [id]);
    await sql.rows("insert into members (organization_id, user_id, role) values ($1, $2, 'owner')", [
      id,
      ownerId,
    ]);
  });
}

/** @throws UniqueViolation where the name is taken */
export async function renameOrganization(database: Database, id: string, name: string): Promise<void> {
  await database.rows('update organizations set name = $2 where id = $1', [id, name]);
}

/** What still stands in an organization, which keeps it from being deleted. */
export interface OrganizationContents {
  readonly workspaces: number;
  readonly agents: number;
  readonly tasks: number;
}

export type OrganizationDeletion =
  { readonly deleted: true } | ({ readonly deleted: false } & OrganizationContents);

/** Deletes an organization that holds nothing any more, with its people's places in it, teams, grants and keys. */
export async function deleteOrganization(database: Database, id: string): Promise<OrganizationDeletion> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    await sql.rows('select 1 from organizations where id = $1 for update', [id]);
    const [contents] = await sql.rows<OrganizationContents>(
      `select (select count(*)::int from workspaces where organization_id = $1) as workspaces,
         (select count(*)::int from agents where organization_id = $1 and status not in ('lost', 'stopped')) as agents,
         (select count(*)::int from tasks where organization_id = $1) as tasks`,
      [id],
    );
    if (contents !== undefined && contents.workspaces + contents.agents + contents.tasks > 0) {
      return { deleted: false, ...contents };
    }
    for (const table of [
      'idempotency_keys',
      'slots',
      'agents',
      'agent_sessions',
      'agent_identities',
      'agent_tokens',
      'variable_sets',
      'api_keys',
      'pools',
    ]) {
      await sql.rows(`delete from ${table} where organization_id = $1`, [id]);
    }
    await sql.rows('delete from organizations where id = $1', [id]);
    return { deleted: true };
  });
}
