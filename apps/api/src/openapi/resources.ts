/** What the operations are about, by the beginning of their path; of several that fit, the longest counts. */
const RESOURCES = [
  ['/api/v1/workspaces', 'workspaces', 'Where a configuration is planned and applied'],
  ['/api/v1/workspaces/{workspace}/configurations', 'configurations', 'What tasks run'],
  ['/api/v1/workspaces/{workspace}/variables', 'variables', 'What runs of a workspace are given'],
  ['/api/v1/workspaces/{workspace}/effective-variables', 'variables'],
  ['/api/v1/workspaces/{workspace}/state', 'states', 'What terraform knows of what it has made'],
  ['/api/v1/workspaces/{workspace}/terraform-state', 'states'],
  ['/api/v1/workspaces/{workspace}/unsaved-states', 'states'],
  ['/api/v1/variable-sets', 'variable-sets', 'Variables that workspaces share'],
  ['/api/v1/tasks', 'tasks', 'Plans, applies and builds, from queued to finished'],
  ['/api/v1/agents', 'agents', 'Who runs tasks'],
  ['/api/v1/slots', 'slots', 'The places for runs in agents'],
  ['/api/v1/pools', 'pools', 'Sets of agents, and the tokens to join them'],
  ['/api/v1/stats', 'stats', 'Everything at a glance'],
  ['/api/v1/overview', 'stats'],
  ['/api/v1/stream', 'stats'],
  ['/api/v1/installation', 'installation', 'What a client has to know before it begins'],
  ['/api/v1/dead-letters', 'dead-letters', 'What nobody could handle'],
  ['/api/v1/organization', 'organizations', 'Tenants: what is one’s is never the other’s'],
  ['/api/v1/whoami', 'organizations'],
  ['/api/v1/members', 'members', 'The people of an organization'],
  ['/api/v1/teams', 'teams', 'Members who are granted roles together'],
  ['/api/v1/projects', 'projects', 'Folders of workspaces'],
  ['/api/v1/grants', 'grants', 'Who has which role where'],
  ['/api/v1/keys', 'keys', 'Service keys, an organization’s own'],
  ['/api/v1/account', 'account', 'What a person has of their own'],
  ['/api/v1/sign-in-links', 'sign-in', 'How people and their command lines come in'],
  ['/auth/device', 'sign-in'],
  ['/api/v1/audit', 'audit', 'Who changed what, from where, and what was refused'],
  ['/api/v1/sources', 'builds', 'The build workers’ protocol as people and their command lines speak it'],
  ['/api/builds', 'builds'],
  ['/api/builds/{id}/authenticate', 'machines', 'The machine in which a worker builds'],
  ['/api/builds/{id}/vm-', 'machines'],
  ['/api/builds/{id}/artifact', 'machines'],
  ['/api/workers', 'workers', 'The build workers’ protocol as workers speak it'],
  ['/api/builds/{id}/source', 'workers'],
  ['/api/builds/{id}/certs', 'workers'],
  ['/api/builds/{id}/heartbeat', 'workers'],
  ['/api/builds/{id}/telemetry', 'workers'],
  ['/api/diagnostics', 'diagnostics', 'What workers say of their own health'],
  ['/api/stats', 'platform', 'Whether the platform is there, where existing clients ask for that'],
  ['/health', 'platform'],
  ['/api/health', 'platform'],
  ['/.well-known', 'workload-identity', 'By what clouds check who a run is'],
  ['/agent/v1', 'agent-plane', 'What agents fetch and bring'],
] as const;

/** The tags of the document, each with its sentence. */
export const TAGS = RESOURCES.flatMap(([, name, description]) =>
  description === undefined ? [] : [{ name, description }],
);

/** @throws Error where a path is about nothing that is known */
export function resourceOf(path: string): string {
  const [best] = RESOURCES.filter(([beginning]) => path.startsWith(beginning)).sort(
    ([one], [other]) => other.length - one.length,
  );
  if (best === undefined) {
    throw new Error(`no resource is known whose operations are at ${path}`);
  }
  return best[1];
}

/** What stands in a path, by the segment before it. */
const PLACES: Readonly<Record<string, string>> = {
  workspaces: 'Id or name of the workspace',
  'variable-sets': 'Id or name of the variable set',
  variables: 'Name of the variable',
  'state-versions': 'Id of the version',
  'unsaved-states': 'Id of the unsaved state',
  tasks: 'Id of the task',
  artifacts: 'Id of the artifact',
  agents: 'Id of the agent',
  pools: 'Name of the pool',
  'dead-letters': 'Id of the dead letter',
  members: 'Id or e-mail address of the member',
  teams: 'Id or name of the team',
  projects: 'Id or name of the project',
  grants: 'Id of the grant',
  keys: 'Id of the key',
  sessions: 'Id of the session',
  tokens: 'Id of the token',
  builds: 'Id of the build',
  workers: 'Id of the worker',
  diagnostics: 'Id of the worker',
};

/** @throws Error where nobody has said what stands there */
export function placeIn(path: string, parameter: string): string {
  const before =
    path
      .slice(0, path.indexOf(`/{${parameter}}`))
      .split('/')
      .at(-1) ?? '';
  const description = PLACES[before];
  if (description === undefined) {
    throw new Error(`what {${parameter}} of ${path} is has not been said`);
  }
  return description;
}
