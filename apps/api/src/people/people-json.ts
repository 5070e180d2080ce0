import type { ApiKey, Grant, Member, Organization, Project, Team } from '@berth/contracts';
import type {
  Grant as GrantRow,
  ListedApiKey,
  Member as MemberRow,
  Project as ProjectRow,
  Team as TeamRow,
} from '@berth/persistence';

export function organizationJson(row: {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}): Organization {
  return { id: row.id, name: row.name, createdAt: row.createdAt.toISOString() };
}

export function memberJson(row: MemberRow): Member {
  return {
    userId: row.userId,
    email: row.email,
    name: row.name,
    role: row.role,
    createdAt: row.createdAt.toISOString(),
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
  };
}

export function teamJson(row: TeamRow): Team {
  return {
    id: row.id,
    name: row.name,
    signInGroup: row.signInGroup,
    members: row.members,
    createdAt: row.createdAt.toISOString(),
  };
}

export function projectJson(row: ProjectRow): Project {
  return { id: row.id, name: row.name, createdAt: row.createdAt.toISOString() };
}

export function grantJson(row: GrantRow): Grant {
  const named = (id: string | null, name: string | null) => (id === null ? null : { id, name: String(name) });
  return {
    id: row.id,
    role: row.role,
    team: named(row.teamId, row.team),
    user: row.userId === null ? null : { id: row.userId, email: String(row.user) },
    project: named(row.projectId, row.project),
    workspace: named(row.workspaceId, row.workspace),
    createdAt: row.createdAt.toISOString(),
  };
}

export function apiKeyJson(row: ListedApiKey): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    role: row.role,
    projects: row.restricted ? [...row.projects] : null,
    workspaces: row.restricted ? [...row.workspaces] : null,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
