import { stronger, type Access, type Standing } from '@berth/domain';
import type { Sql } from '../database.js';
import { prepared } from '../statement.js';

interface GrantedRow {
  readonly memberRole: 'owner' | 'member';
  readonly role: Standing | null;
  readonly projectId: string | null;
  readonly workspaceId: string | null;
}

const ACCESS_OF_USER = prepared(
  `select m.role as "memberRole", g.role, g.project_id as "projectId", g.workspace_id as "workspaceId"
   from members m left join grants g on g.organization_id = m.organization_id and (g.user_id = m.user_id
     or g.team_id in (select team_id from team_members where organization_id = m.organization_id and user_id = m.user_id))
   where m.organization_id = $1 and m.user_id = $2`,
);

/** What a person may do in an organization. Null: they are no member. */
export async function readAccessOfUser(
  sql: Sql,
  organizationId: string,
  userId: string,
): Promise<Access | null> {
  const rows = await sql.rows<GrantedRow>(ACCESS_OF_USER, [organizationId, userId]);
  const [first] = rows;
  return first === undefined
    ? null
    : accessOf({ person: true, organization: first.memberRole === 'owner' ? 'owner' : null }, rows);
}

const PLACES_OF_KEY = prepared(
  `select project_id as "projectId", workspace_id as "workspaceId" from api_key_places where api_key_id = $1`,
);

/** What a service key may do: its role in the whole organization, or in the places that it is restricted to. */
export async function readAccessOfKey(
  sql: Sql,
  key: { readonly id: string; readonly role: Standing; readonly restricted: boolean },
): Promise<Access> {
  if (!key.restricted) {
    return accessOf({ person: false, organization: key.role }, []);
  }
  const places = await sql.rows<Omit<GrantedRow, 'role' | 'memberRole'>>(PLACES_OF_KEY, [key.id]);
  return accessOf(
    { person: false, organization: null },
    places.map((place) => ({ ...place, role: key.role })),
  );
}

function accessOf(
  { person, organization }: { person: boolean; organization: Standing | null },
  granted: readonly Omit<GrantedRow, 'memberRole'>[],
): Access {
  const projects = new Map<string, Standing>();
  const workspaces = new Map<string, Standing>();
  let everywhere = organization;
  for (const { role, projectId, workspaceId } of granted) {
    if (role === null) {
      continue;
    }
    if (projectId !== null) {
      projects.set(projectId, stronger(projects.get(projectId) ?? null, role) ?? role);
    } else if (workspaceId !== null) {
      workspaces.set(workspaceId, stronger(workspaces.get(workspaceId) ?? null, role) ?? role);
    } else {
      everywhere = stronger(everywhere, role);
    }
  }
  return { person, organization: everywhere, projects, workspaces };
}

/** Where a request's place is. */
export interface WorkspacePlace {
  readonly workspaceId: string;
  readonly projectId: string;
  readonly name: string;
}

const WORKSPACE_PLACE = prepared(
  `select id as "workspaceId", project_id as "projectId", name from workspaces
   where organization_id = $1 and (name = $2 or id::text = lower($2)) and deleted_at is null`,
);
const PLACE_OF_TASK = prepared(
  `select t.kind, t.operation, t.phase, t.status, t.queued_by as "queuedBy", w.id as "workspaceId",
     w.project_id as "projectId", w.name
   from tasks t left join workspaces w on w.id = t.workspace_id
   where t.organization_id = $1 and t.id = $2 and w.deleted_at is null`,
);

/** Null: the organization has no such workspace. */
export async function readWorkspacePlace(
  sql: Sql,
  organizationId: string,
  idOrName: string,
): Promise<WorkspacePlace | null> {
  const [place] = await sql.rows<WorkspacePlace>(WORKSPACE_PLACE, [organizationId, idOrName]);
  return place ?? null;
}

export interface TaskPlace {
  readonly kind: 'terraform' | 'build';
  readonly operation: string | null;
  readonly phase: string;
  readonly status: string;
  readonly queuedBy: string | null;
  /** Null of a build. */
  readonly workspaceId: string | null;
  readonly projectId: string | null;
  readonly name: string | null;
}

/** Null: the organization has no such task. */
export async function readTaskPlace(sql: Sql, organizationId: string, id: string): Promise<TaskPlace | null> {
  const [place] = await sql.rows<TaskPlace>(PLACE_OF_TASK, [organizationId, id]);
  return place ?? null;
}
