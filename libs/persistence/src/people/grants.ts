import type { Role } from '@berth/domain';
import type { Database, Sql } from '../database.js';
import type { ListPart } from '../page.js';

/** A role for a team or a user, on a project, a workspace or, with neither, the organization. */
export interface Grant {
  readonly id: string;
  readonly teamId: string | null;
  readonly team: string | null;
  readonly userId: string | null;
  readonly user: string | null;
  readonly projectId: string | null;
  readonly project: string | null;
  readonly workspaceId: string | null;
  readonly workspace: string | null;
  readonly role: Role;
  readonly createdAt: Date;
}

const GRANTS = `select g.id, g.team_id as "teamId", t.name as team, g.user_id as "userId", u.email as "user",
    g.project_id as "projectId", p.name as project, g.workspace_id as "workspaceId", w.name as workspace, g.role,
    g.created_at as "createdAt"
  from grants g left join teams t on t.id = g.team_id left join users u on u.id = g.user_id
    left join projects p on p.id = g.project_id left join workspaces w on w.id = g.workspace_id`;

/** Which of an organization's grants: on these places only; null for all of them. */
export interface GrantFilter {
  readonly organizationId: string;
  /** Those on these projects, on the workspaces in them, and on these workspaces. */
  readonly within: { readonly projects: readonly string[]; readonly workspaces: readonly string[] } | null;
}

export async function listGrants(
  sql: Sql,
  { organizationId, within }: GrantFilter,
  { after, limit }: ListPart,
): Promise<Grant[]> {
  return sql.rows<Grant>(
    `${GRANTS} where g.organization_id = $1 and ($2::timestamptz is null or (g.created_at, g.id) < ($2, $3::uuid))
       and ($5::uuid[] is null or g.project_id = any($5) or g.workspace_id = any($6::uuid[]) or w.project_id = any($5))
     order by g.created_at desc, g.id desc limit $4`,
    [
      organizationId,
      after?.createdAt ?? null,
      after?.id ?? null,
      limit,
      within?.projects ?? null,
      within?.workspaces ?? null,
    ],
  );
}

export async function readGrant(sql: Sql, organizationId: string, id: string): Promise<Grant | null> {
  const [grant] = await sql.rows<Grant>(`${GRANTS} where g.organization_id = $1 and g.id = $2`, [
    organizationId,
    id,
  ]);
  return grant ?? null;
}

export interface NewGrant {
  readonly organizationId: string;
  readonly teamId: string | null;
  readonly userId: string | null;
  readonly projectId: string | null;
  readonly workspaceId: string | null;
  readonly role: Role;
}

/** The grant that the same one has on the same place. */
export async function readGrantOf(sql: Sql, grant: Omit<NewGrant, 'role'>): Promise<string | null> {
  const [row] = await sql.rows<{ id: string }>(
    `select id from grants where organization_id = $1 and coalesce(team_id, user_id) = $2
       and coalesce(project_id, workspace_id, organization_id) = $3`,
    [
      grant.organizationId,
      grant.teamId ?? grant.userId,
      grant.projectId ?? grant.workspaceId ?? grant.organizationId,
    ],
  );
  return row?.id ?? null;
}

/** Who has a role on the same place already gets this one instead, and keeps the grant's id. Gives that. */
export async function putGrant(database: Database, grant: NewGrant, newId: string): Promise<string> {
  const [row] = await database.rows<{ id: string }>(
    `insert into grants (organization_id, team_id, user_id, project_id, workspace_id, role, id)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (organization_id, coalesce(team_id, user_id), coalesce(project_id, workspace_id, organization_id))
       do update set role = excluded.role
     returning id`,
    [grant.organizationId, grant.teamId, grant.userId, grant.projectId, grant.workspaceId, grant.role, newId],
  );
  return String(row?.id);
}

export async function deleteGrant(database: Database, id: string): Promise<void> {
  await database.rows('delete from grants where id = $1', [id]);
}
