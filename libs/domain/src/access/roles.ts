/** What a grant gives, each more than the one before it. */
export const ROLES = ['viewer', 'planner', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What a caller is somewhere: a grant's role, or all that there is, which only an organization's owners have. */
export type Standing = Role | 'owner';

const ORDER: readonly Standing[] = [...ROLES, 'owner'];

/** Whether `held` gives all that `needed` does. */
export function reaches(held: Standing | null, needed: Standing): boolean {
  return held !== null && ORDER.indexOf(held) >= ORDER.indexOf(needed);
}

/** The one that gives more. */
export function stronger(one: Standing | null, other: Standing | null): Standing | null {
  return other === null || (one !== null && reaches(one, other)) ? one : other;
}
