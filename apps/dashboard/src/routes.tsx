import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { FrontPage } from './front/front-page.js';
import { VIEWS, type View } from './run/views.js';
import type { RunFilter } from './runs/queries.js';
import { NotFound } from './shell/not-found.js';
import { PageFailed } from './shell/page-failed.js';
import { Shell } from './shell/shell.js';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const front = createRoute({ getParentRoute: () => root, path: '/', component: FrontPage });

const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  validateSearch: (search: Record<string, unknown>): RunFilter => ({
    ...texts(search, 'status', 'operation', 'project', 'search', 'workspaceId'),
    ...(search['waitsForMe'] === true ? { waitsForMe: true } : {}),
  }),
  component: lazyRouteComponent(async () => import('./runs/runs-page.js'), 'RunsPage'),
});

const workspaces = createRoute({
  getParentRoute: () => root,
  path: '/workspaces',
  validateSearch: (search: Record<string, unknown>) => texts(search, 'search', 'project', 'needsAttention'),
  component: lazyRouteComponent(async () => import('./workspaces/workspaces-page.js'), 'WorkspacesPage'),
});

const organization = createRoute({
  getParentRoute: () => root,
  path: '/app/$org',
  beforeLoad: () => {
    redirect({ to: '/workspaces', throw: true });
  },
});

const workspace = createRoute({
  getParentRoute: () => root,
  path: '/app/$org/$workspace',
  component: lazyRouteComponent(async () => import('./workspaces/workspace-layout.js'), 'WorkspaceLayout'),
});
const workspacePages = [
  createRoute({
    getParentRoute: () => workspace,
    path: '/',
    component: lazyRouteComponent(async () => import('./workspaces/workspace-page.js'), 'WorkspacePage'),
  }),
  createRoute({
    getParentRoute: () => workspace,
    path: '/runs',
    component: lazyRouteComponent(
      async () => import('./workspaces/workspace-runs-page.js'),
      'WorkspaceRunsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => workspace,
    path: '/variables',
    component: lazyRouteComponent(async () => import('./workspaces/variables-page.js'), 'VariablesPage'),
  }),
  createRoute({
    getParentRoute: () => workspace,
    path: '/states',
    validateSearch: (search: Record<string, unknown>) => texts(search, 'version', 'since'),
    component: lazyRouteComponent(async () => import('./workspaces/states-page.js'), 'StatesPage'),
  }),
  createRoute({
    getParentRoute: () => workspace,
    path: '/settings',
    component: lazyRouteComponent(
      async () => import('./workspaces/settings-page.js'),
      'WorkspaceSettingsPage',
    ),
  }),
] as const;

const run = createRoute({
  getParentRoute: () => root,
  path: '/app/$org/$workspace/runs/$id',
  validateSearch: viewSearch,
  component: lazyRouteComponent(async () => import('./run/run-page.js'), 'RunPage'),
});

const agents = createRoute({
  getParentRoute: () => root,
  path: '/agents',
  validateSearch: (search: Record<string, unknown>) => texts(search, 'pool', 'state', 'search'),
  component: lazyRouteComponent(async () => import('./harbour/agents-page.js'), 'AgentsPage'),
});
const pools = createRoute({
  getParentRoute: () => root,
  path: '/pools',
  component: lazyRouteComponent(async () => import('./pools/pools-page.js'), 'PoolsPage'),
});
const builds = createRoute({
  getParentRoute: () => root,
  path: '/builds',
  validateSearch: (search: Record<string, unknown>) => texts(search, 'status'),
  component: lazyRouteComponent(async () => import('./builds/builds-page.js'), 'BuildsPage'),
});
const build = createRoute({
  getParentRoute: () => root,
  path: '/builds/$id',
  validateSearch: viewSearch,
  component: lazyRouteComponent(async () => import('./builds/build-page.js'), 'BuildPage'),
});
const deadLetters = createRoute({
  getParentRoute: () => root,
  path: '/dead-letters',
  component: lazyRouteComponent(async () => import('./dead-letters/dead-letters-page.js'), 'DeadLettersPage'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(async () => import('./settings/settings-layout.js'), 'SettingsLayout'),
});
const settingsPages = [
  createRoute({
    getParentRoute: () => settings,
    path: '/',
    component: lazyRouteComponent(async () => import('./settings/profile-page.js'), 'ProfilePage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/keys',
    component: lazyRouteComponent(async () => import('./settings/keys-page.js'), 'KeysPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/organization',
    component: lazyRouteComponent(async () => import('./settings/organization-page.js'), 'OrganizationPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/members',
    component: lazyRouteComponent(async () => import('./settings/members-page.js'), 'MembersPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/teams',
    component: lazyRouteComponent(async () => import('./settings/teams-page.js'), 'TeamsPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/projects',
    component: lazyRouteComponent(async () => import('./settings/projects-page.js'), 'ProjectsPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/grants',
    component: lazyRouteComponent(async () => import('./settings/grants-page.js'), 'GrantsPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/service-keys',
    component: lazyRouteComponent(async () => import('./settings/service-keys-page.js'), 'ServiceKeysPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/audit',
    validateSearch: (search: Record<string, unknown>) =>
      texts(search, 'actor', 'operation', 'objectType', 'object', 'outcome', 'since', 'until'),
    component: lazyRouteComponent(async () => import('./settings/audit-page.js'), 'AuditPage'),
  }),
] as const;

/** Terraform's CLI prints this address. */
const tokens = createRoute({
  getParentRoute: () => root,
  path: '/app/settings/tokens',
  beforeLoad: () => {
    redirect({ to: '/settings/keys', throw: true });
  },
});

function viewSearch(search: Record<string, unknown>): { view?: View } {
  const view = VIEWS.find(({ name }) => name === search['view'])?.name;
  return view === undefined ? {} : { view };
}

/** Those of the names that the address says as texts. */
function texts<N extends string>(
  search: Record<string, unknown>,
  ...names: readonly N[]
): Partial<Record<N, string>> {
  const given = names.filter((name) => search[name] !== undefined && search[name] !== '');
  return Object.fromEntries(given.map((name) => [name, String(search[name])])) as Partial<Record<N, string>>;
}

export function makeRouter() {
  return createRouter({
    routeTree: root.addChildren([
      front,
      runs,
      workspaces,
      organization,
      workspace.addChildren(workspacePages),
      run,
      agents,
      pools,
      builds,
      build,
      deadLetters,
      settings.addChildren(settingsPages),
      tokens,
    ]),
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: PageFailed,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
