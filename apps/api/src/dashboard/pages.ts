/** The first parts of the addresses that are pages of the dashboard (`apps/dashboard/src/routes.tsx`). */
const FIRST_PARTS = [
  '',
  'app',
  'runs',
  'workspaces',
  'agents',
  'pools',
  'builds',
  'dead-letters',
  'settings',
] as const;

/** Whether an address is a page of the dashboard. */
export function isPage(path: string): boolean {
  const [, first = '', ...rest] = path.split('/');
  return FIRST_PARTS.some((part) => part === first) && !(first === '' && rest.length > 0);
}
