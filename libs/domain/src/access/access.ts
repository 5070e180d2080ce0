import { neededFor, type Permission } from './permissions.js';
import { reaches, stronger, type Standing } from './roles.js';

/** Something that an act is done to. */
export type Place =
  | { readonly kind: 'organization' }
  | { readonly kind: 'project'; readonly projectId: string }
  | { readonly kind: 'workspace'; readonly workspaceId: string; readonly projectId: string };

export const ORGANIZATION: Place = { kind: 'organization' };

/** Places of an organization, by the ids of whole projects and of single workspaces. */
export interface Places {
  readonly projects: readonly string[];
  readonly workspaces: readonly string[];
}

/** What one caller is in one organization, and where: of several grants for a place the strongest counts. */
export interface Access {
  /** Whether this is a person, who has things of their own. */
  readonly person: boolean;
  readonly organization: Standing | null;
  readonly projects: ReadonlyMap<string, Standing>;
  readonly workspaces: ReadonlyMap<string, Standing>;
}

/** Null: nothing, and such a place is not there for them. */
export function standingAt(access: Access, place: Place): Standing | null {
  let standing = access.organization;
  if (place.kind !== 'organization') {
    standing = stronger(standing, access.projects.get(place.projectId) ?? null);
  }
  if (place.kind === 'workspace') {
    standing = stronger(standing, access.workspaces.get(place.workspaceId) ?? null);
  }
  return standing;
}

/** Whether the caller may do this there. */
export function may(access: Access, permission: Permission, place: Place): boolean {
  const needed = neededFor(permission);
  if (needed === 'member' || needed === 'person') {
    return needed === 'member' || access.person;
  }
  return reaches(standingAt(access, place), needed);
}

/** Whether there is any place where the caller may do this. */
export function mayAnywhere(access: Access, permission: Permission): boolean {
  const needed = neededFor(permission);
  if (needed === 'member' || needed === 'person') {
    return may(access, permission, ORGANIZATION);
  }
  return [access.organization, ...access.projects.values(), ...access.workspaces.values()].some((standing) =>
    reaches(standing, needed),
  );
}

/** Where the caller may do this; null: everywhere in the organization. */
export function placesOf(access: Access, permission: Permission): Places | null {
  if (may(access, permission, ORGANIZATION)) {
    return null;
  }
  const needed = neededFor(permission) as Standing;
  const reached = (standings: ReadonlyMap<string, Standing>): string[] =>
    [...standings].filter(([, standing]) => reaches(standing, needed)).map(([id]) => id);
  return { projects: reached(access.projects), workspaces: reached(access.workspaces) };
}
