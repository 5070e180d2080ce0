import type { Standing } from './roles.js';

/**
 * Who needs to be what for an act. `member`: whoever belongs to the organization, by a grant or without one. `person`:
 * who is signed in, of their own things.
 */
export const PERMISSIONS = {
  'account:manage': 'person',
  'organizations:read': 'member',

  'projects:read': 'viewer',
  'workspaces:read': 'viewer',
  'tasks:read': 'viewer',
  'outputs:read': 'viewer',
  'agents:read': 'viewer',
  'builds:read': 'viewer',

  'configurations:write': 'planner',
  'tasks:plan': 'planner',
  'tasks:cancel-own': 'planner',
  'variables:read': 'planner',
  'builds:submit': 'planner',

  'tasks:confirm': 'operator',
  'tasks:discard': 'operator',
  'tasks:cancel': 'operator',
  'tasks:force-cancel': 'operator',
  'tasks:apply': 'operator',
  'reservations:release': 'operator',
  'variables:write': 'operator',
  'states:read': 'operator',
  'states:write': 'operator',
  'states:lock': 'operator',
  'attention:clear': 'operator',
  'builds:cancel': 'operator',
  'builds:work': 'operator',

  'workspaces:create': 'admin',
  'workspaces:write': 'admin',
  'workspaces:delete': 'admin',
  'projects:write': 'admin',
  'grants:read': 'admin',
  'grants:write': 'admin',
  'pools:write': 'admin',
  'agents:drain': 'admin',
  'dead-letters:read': 'admin',
  'dead-letters:write': 'admin',

  'organizations:write': 'owner',
  'organizations:create': 'owner',
  'members:read': 'owner',
  'members:write': 'owner',
  'teams:read': 'owner',
  'teams:write': 'owner',
  'keys:read': 'owner',
  'keys:write': 'owner',
  'audit:read': 'owner',
  'data-keys:rotate': 'owner',
} as const satisfies Readonly<Record<string, Standing | 'member' | 'person'>>;

export type Permission = keyof typeof PERMISSIONS;

/** What one needs to be for it. */
export function neededFor(permission: Permission): Standing | 'member' | 'person' {
  return PERMISSIONS[permission];
}
