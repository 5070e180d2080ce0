import { describe, expect, it } from '@jest/globals';
import { may, mayAnywhere, ORGANIZATION, placesOf, type Access, type Place } from './access.js';
import { reaches, stronger, type Standing } from './roles.js';

const at = (projectId: string, workspaceId: string): Place => ({ kind: 'workspace', projectId, workspaceId });

function access(
  organization: Standing | null,
  projects: Record<string, Standing> = {},
  workspaces: Record<string, Standing> = {},
): Access {
  return {
    person: true,
    organization,
    projects: new Map(Object.entries(projects)),
    workspaces: new Map(Object.entries(workspaces)),
  };
}

describe('roles', () => {
  it('give all that those below them do', () => {
    const order: Standing[] = ['viewer', 'planner', 'operator', 'admin', 'owner'];
    for (const [place, held] of order.entries()) {
      expect(order.filter((needed) => reaches(held, needed))).toEqual(order.slice(0, place + 1));
    }
    expect(order.filter((needed) => reaches(null, needed))).toEqual([]);
    expect(stronger('viewer', 'operator')).toBe('operator');
    expect(stronger(null, null)).toBeNull();
  });
});

describe('what a caller may do', () => {
  it('is what the strongest of the roles gives that reach the place', () => {
    const some = access('viewer', { p: 'planner' }, { w: 'operator' });
    expect(may(some, 'tasks:confirm', at('p', 'w'))).toBe(true);
    expect(may(some, 'tasks:confirm', at('p', 'other'))).toBe(false);
    expect(may(some, 'tasks:plan', at('p', 'other'))).toBe(true);
    expect(may(some, 'tasks:plan', at('other', 'other'))).toBe(false);
    expect(may(some, 'tasks:read', at('other', 'other'))).toBe(true);
    expect(may(some, 'pools:write', ORGANIZATION)).toBe(false);
    expect(may(access('admin', {}, { w: 'viewer' }), 'workspaces:delete', at('p', 'w'))).toBe(true);
  });

  it('of the organization itself is its owners’ alone', () => {
    expect(may(access('admin'), 'members:write', ORGANIZATION)).toBe(false);
    expect(may(access('owner'), 'members:write', ORGANIZATION)).toBe(true);
    expect(may(access(null, { p: 'admin' }), 'audit:read', { kind: 'project', projectId: 'p' })).toBe(false);
  });

  it('with things of one’s own takes a person', () => {
    expect(may(access(null), 'account:manage', ORGANIZATION)).toBe(true);
    expect(may({ ...access('owner'), person: false }, 'account:manage', ORGANIZATION)).toBe(false);
  });

  it('is in no place, in some or in all', () => {
    const some = access(null, { p: 'planner' }, { v: 'viewer', w: 'admin' });
    expect(placesOf(some, 'tasks:read')).toEqual({ projects: ['p'], workspaces: ['v', 'w'] });
    expect(placesOf(some, 'tasks:plan')).toEqual({ projects: ['p'], workspaces: ['w'] });
    expect(placesOf(access('viewer'), 'tasks:read')).toBeNull();
    expect(mayAnywhere(some, 'workspaces:write')).toBe(true);
    expect(mayAnywhere(some, 'members:write')).toBe(false);
    expect(placesOf(access(null), 'tasks:read')).toEqual({ projects: [], workspaces: [] });
  });
});
