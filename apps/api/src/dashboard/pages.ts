/** The first parts of the addresses that are pages of the dashboard (`apps/dashboard/src/routes.tsx`). */
const PAGES: readonly string[] = [
  'app',
  'runs',
  'workspaces',
  'agents',
  'pools',
  'builds',
  'dead-letters',
  'settings',
];
/** Those of everything else that the api answers; what is under them and is not there is its own 404. */
const OTHERS: readonly string[] = [
  '.well-known',
  'agent',
  'api',
  'assets',
  'auth',
  'device',
  'docs',
  'health',
  'healthz',
  'metrics',
  'oauth',
  'openapi.json',
  'openapi.yaml',
  'readyz',
  'sign-in',
  'sign-out',
];

/** Whose an address is: the dashboard's, the api's, or nobody's, for which the dashboard says that there is no such page. */
export function ownerOf(path: string): 'dashboard' | 'api' | 'nobody' {
  const [, first = '', ...rest] = path.split('/');
  if (PAGES.includes(first) || path === '/') {
    return 'dashboard';
  }
  return OTHERS.includes(first) || (first === '' && rest.length > 0) ? 'api' : 'nobody';
}
