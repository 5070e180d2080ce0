import fc from 'fast-check';
import { requestsOf, type Operation } from './fuzz/requests.js';

/** What somebody sends to learn of, or to touch, what is another's. */
export interface Probe {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** It names a thing of the other's: nothing but a refusal is right. */
  readonly named: boolean;
}

/** Things by the segment of a path that is before them; the first of each is what bodies name. */
export type Things = Readonly<Record<string, readonly string[]>>;

type Bodies = Readonly<Record<string, (theirs: Place, own: Place) => readonly object[]>>;

/** What bodies name of a tenant. */
export interface Place {
  readonly things: Things;
  readonly planHash: string;
  readonly configurationId: string;
  readonly mark: string;
}

const first = ({ things }: Place, of: string): string => String(things[of]?.[0]);
const STEPS = [{ run: 'true' }];

/** Bodies that name what is theirs, of operations whose path does not. */
const NAMING: Bodies = {
  createTask: (theirs, own) => [
    { workspaceId: first(theirs, 'workspaces'), operation: 'plan' },
    { workspaceId: first(theirs, 'workspaces'), operation: 'apply', planTaskId: first(theirs, 'tasks') },
    { workspaceId: first(own, 'workspaces'), operation: 'apply', planTaskId: first(theirs, 'tasks') },
    {
      workspaceId: first(own, 'workspaces'),
      operation: 'plan',
      configurationId: theirs.configurationId,
    },
    { kind: 'build', steps: STEPS, pool: first(theirs, 'pools') },
    { kind: 'build', steps: STEPS, sourceId: first(theirs, 'sources') },
  ],
  createWorkspace: (theirs) => [
    { name: 'probe-1', engine: 'terraform', project: first(theirs, 'projects') },
    { name: 'probe-2', engine: 'terraform', pool: first(theirs, 'pools') },
  ],
  createGrant: (theirs, own) => [
    { role: 'viewer', team: first(theirs, 'teams') },
    { role: 'viewer', user: first(theirs, 'members') },
    { role: 'viewer', team: first(own, 'teams'), project: first(theirs, 'projects') },
    { role: 'viewer', team: first(own, 'teams'), workspace: first(theirs, 'workspaces') },
  ],
  createServiceKey: (theirs) => [
    { name: 'probe', role: 'viewer', projects: [first(theirs, 'projects')] },
    { name: 'probe', role: 'viewer', workspaces: [first(theirs, 'workspaces')] },
  ],
};

/** Bodies that change what the path names, where an empty one would be refused for that alone. */
const CHANGING: Readonly<Record<string, (theirs: Place) => object>> = {
  updateWorkspace: () => ({ name: 'probed' }),
  setVariable: () => ({ value: 'probed', category: 'env' }),
  setVariableSetVariable: () => ({ value: 'probed', category: 'env' }),
  updateVariableSet: () => ({ description: 'probed' }),
  confirmTask: ({ planHash }) => ({ planHash }),
  pushUnsavedState: () => ({ force: true }),
  updatePool: () => ({ maxReservedSlots: 1, runIsolation: null }),
  createPoolToken: () => ({ name: 'probed' }),
  updateMember: () => ({ role: 'member' }),
  updateTeam: () => ({ name: 'probed' }),
  updateProject: () => ({ name: 'probed' }),
  giveStateVersion: state,
  writeTerraformState: state,
  acceptTask: () => ({ attempt: 1, slotId: 1, phase: 'plan' }),
  appendBuildLog: () => ({ level: 'info', message: 'probed' }),
};

function state({ mark }: Place): object {
  return { version: 4, serial: 99, lineage: mark, outputs: {}, resources: [] };
}

/** Changes of one's own thing that would bring in what is theirs. */
const BRINGING: Bodies = {
  updateWorkspace: (theirs, own) => [
    { project: first(theirs, 'projects') },
    ...(first(theirs, 'pools') === first(own, 'pools') ? [] : [{ pool: first(theirs, 'pools') }]),
  ],
};

const RANDOM_PROBES = 4;

/**
 * Everything that one would try on an operation: paths that name what is theirs, alone and beside what is one's own; bodies
 * that do; and, for what nobody has thought of here, requests of its schemas that are strewn with their ids and names.
 */
export function probesOf(operation: Operation, theirs: Place, own: Place): Probe[] {
  const { method, path, document } = operation;
  const id = String(document.operationId);
  const body = method === 'GET' || method === 'DELETE' ? null : (CHANGING[id]?.(theirs) ?? {});
  const probe = (at: string, given: object | null, named = true): Probe => ({
    method,
    path: at,
    named,
    body: given === null ? null : Buffer.from(JSON.stringify(given)),
    headers: given === null ? {} : { 'content-type': 'application/json' },
  });
  return [
    ...pathsOf(path, theirs, own).map((at) => probe(at, body)),
    ...(NAMING[id]?.(theirs, own) ?? []).map((given) => probe(path, given)),
    ...(BRINGING[id]?.(theirs, own) ?? []).map((given) => probe(filled(path, [own]), given)),
    ...randomProbes(operation, theirs),
  ];
}

function randomProbes(operation: Operation, theirs: Place): Probe[] {
  const known = [...Object.values(theirs.things).flat(), theirs.planHash, theirs.configurationId];
  return fc
    .sample(requestsOf(operation, fc.constantFrom(...known)), { numRuns: RANDOM_PROBES, seed: 1 })
    .map(({ path, headers, body }) => ({ method: operation.method, path, headers, body, named: false }));
}

/** With each of their things in it; of two places at least one is theirs. */
function pathsOf(path: string, theirs: Place, own: Place): string[] {
  const places = path.split('/').filter((segment) => segment.startsWith('{')).length;
  if (places === 0) {
    return [];
  }
  const whole = filledAll(path, theirs);
  if (places === 1) {
    return whole;
  }
  // A variable's name is nobody's: beside one's own workspace it is one's own variable.
  const beside = path.includes('/variables/') ? [] : [filled(path, [own, theirs])];
  return [...whole, filled(path, [theirs, own]), ...beside];
}

/** All their values of the first place, and all of the last. */
function filledAll(path: string, { things, ...theirs }: Place): string[] {
  const most = Math.max(...Object.values(things).map((values) => values.length));
  const paths = Array.from({ length: most }, (_, at) => {
    const turned = Object.fromEntries(
      Object.entries(things).map(([of, values]) => [of, [values[at % values.length] ?? '']]),
    );
    return filled(path, [{ ...theirs, things: turned }]);
  });
  return [...new Set(paths)];
}

/** @param places whose each one is; the last goes on @throws Error where nobody has said what stands there */
function filled(path: string, places: readonly Place[]): string {
  let at = 0;
  const segments = path.split('/');
  return segments
    .map((segment, index) => {
      if (!segment.startsWith('{')) {
        return segment;
      }
      const of = segments[index - 1] ?? '';
      const value = places[Math.min(at, places.length - 1)]?.things[of]?.[0];
      at += 1;
      if (value === undefined) {
        throw new Error(`what stands behind ${of} in ${path} has not been said here`);
      }
      return encodeURIComponent(value);
    })
    .join('/');
}
