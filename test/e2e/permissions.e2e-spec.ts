import { randomUUID } from 'node:crypto';
import type { Task, Workspace } from '@berth/contracts';
import type { Role } from '@berth/domain';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiCaller, type Answer } from '../support/api-caller.js';
import { operationsOf, type OpenApiDocument, type Operation } from '../support/fuzz/requests.js';
import { person } from '../support/people.js';
import { System } from '../support/system.js';

type Standing = 'nobody' | Role | 'owner';
const STANDINGS: readonly Standing[] = ['nobody', 'viewer', 'planner', 'operator', 'admin', 'owner'];

/**
 * Who may call what, written down once more by hand: the least that one has to be. What only members of an organization
 * need to be is `nobody`'s too.
 */
const NEEDED: Readonly<Record<Standing, readonly string[]>> = {
  nobody: [
    'readOrganization',
    'readInstallation',
    'readWhoami',
    'readAccount',
    'updateAccount',
    'listUserKeys',
    'createUserKey',
    'revokeUserKey',
    'rotateUserKey',
    'listUserSessions',
    'revokeUserSession',
    'setPassword',
    // They give what one may see, be it nothing.
    'listWorkspaces',
    'listTasks',
    'listProjects',
    'listGrants',
    'readOverview',
    'followStream',
  ],
  viewer: [
    'readWorkspace',
    'readState',
    'readProject',
    'readTask',
    'readPlan',
    'readTaskLog',
    'listTaskEvents',
    'listArtifacts',
    'downloadArtifact',
    'listAgents',
    'readAgent',
    'listSlots',
    'listPools',
    'readStats',
    'listBuilds',
    'listActiveBuilds',
    'countBuilds',
    'readBuild',
    'readBuildStatus',
    'readBuildLog',
    'downloadBuild',
    'downloadBuildResult',
    'downloadBuildSource',
    'readWorkerStats',
    'readPlatformStats',
    'listDiagnostics',
    'readLatestDiagnostics',
    'listWorkerDiagnostics',
    'readLatestWorkerDiagnostics',
  ],
  planner: [
    'listVariables',
    'listEffectiveVariables',
    'listVariableSets',
    'readVariableSet',
    'listVariableSetVariables',
    'listVariableSetWorkspaces',
    'uploadConfiguration',
    'reuseConfiguration',
    'createTask',
    'retryTask',
    'submitBuild',
    'submitBuildAlias',
    'retryBuild',
    'uploadSource',
  ],
  operator: [
    'confirmTask',
    'discardTask',
    'cancelTask',
    'forceCancelTask',
    'releaseReservation',
    'setVariable',
    'deleteVariable',
    'createVariableSet',
    'updateVariableSet',
    'deleteVariableSet',
    'setVariableSetVariable',
    'deleteVariableSetVariable',
    'assignVariableSet',
    'detachVariableSet',
    'readTerraformState',
    'writeTerraformState',
    'deleteTerraformState',
    'listStateVersions',
    'compareStateVersions',
    'readStateVersion',
    'giveStateVersion',
    'restoreStateVersion',
    'listUnsavedStates',
    'readUnsavedStateContent',
    'pushUnsavedState',
    'discardUnsavedState',
    // Of a workspace, only that somebody has looked.
    'updateWorkspace',
    'cancelBuild',
    'appendBuildLog',
    'readBuildSource',
    'readBuildCerts',
    'readSecureCerts',
    'sendBuildHeartbeat',
    'sendBuildTelemetry',
    'registerWorker',
    'pollBuild',
    'sendWorkerHeartbeat',
    'failBuild',
    'abandonBuild',
    'unregisterWorker',
    'unregisterNamedWorker',
    'sendBuildResult',
    'sendBuildResultAlias',
    'readMachineStatus',
    'reportDiagnostics',
  ],
  admin: [
    'createWorkspace',
    'deleteWorkspace',
    'createProject',
    'updateProject',
    'deleteProject',
    'createGrant',
    'deleteGrant',
    'createPool',
    'updatePool',
    'createPoolToken',
    'listPoolTokens',
    'revokePoolToken',
    'drainAgent',
    'resumeAgent',
    'listDeadLetters',
    'readDeadLetter',
    'discardDeadLetter',
    'replayDeadLetter',
  ],
  owner: [
    'createOrganization',
    'updateOrganization',
    'deleteOrganization',
    'listMembers',
    'addMember',
    'updateMember',
    'removeMember',
    'createSignInLink',
    'listTeams',
    'createTeam',
    'readTeam',
    'updateTeam',
    'deleteTeam',
    'listTeamMembers',
    'addTeamMember',
    'removeTeamMember',
    'listServiceKeys',
    'createServiceKey',
    'revokeServiceKey',
    'rotateServiceKey',
    'listAuditRecords',
    'exportAuditRecords',
    'listDataKeys',
    'rotateDataKey',
  ],
};

/** Whose bodies name the place: admitted where one may do it anywhere at all. */
const BY_BODY = ['createTask', 'createWorkspace', 'createGrant', 'deleteGrant'];

interface Place {
  readonly workspace: Workspace;
  readonly task: Task;
  readonly project: string;
}

type Verdict = 'admitted' | 'forbidden' | 'absent';

describe('every operation for people, for every role', () => {
  let system: System;
  let operations: (Operation & { readonly id: string })[];
  let own: Place;
  let beside: Place;
  let foreign: Place;
  const ofProject = {} as Record<Standing, string>;
  const ofOrganization = {} as Record<Standing, string>;

  beforeAll(async () => {
    system = await System.start({ agents: 0, apiEnv: { BERTH_REQUESTS_PER_MINUTE: '100000' } });
    const document = await system.api.expect<OpenApiDocument>('GET', '/openapi.json');
    operations = operationsOf(document)
      .filter(({ document }) => document['x-permission'] !== undefined)
      .map((operation) => ({ ...operation, id: String(operation.document.operationId) }));
    const { database } = system.database;
    const { id: organizationId } = await system.api.expect<{ id: string }>('GET', '/api/v1/organization');
    own = await place(system.api, 'own');
    beside = await place(system.api, 'beside');
    const other = await system.api.expect<{ id: string }>('POST', '/api/v1/organizations', {
      name: 'other',
      ownerEmail: 'owner@other.example',
    });
    const otherOwner = await person(database, { organizationId: other.id, member: 'owner' });
    foreign = await place(new ApiCaller(system.api.baseUrl, otherOwner.key), 'foreign');
    for (const standing of STANDINGS) {
      const member = standing === 'owner' ? 'owner' : 'member';
      const role = standing === 'owner' || standing === 'nobody' ? {} : { role: standing };
      const { key } = await person(database, { organizationId, member, ...role });
      ofOrganization[standing] = key;
      const project = { projectId: own.project };
      ofProject[standing] = (await person(database, { organizationId, member, ...role, ...project })).key;
    }
  }, 120_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  async function place(api: ApiCaller, name: string): Promise<Place> {
    const { id: project } = await api.expect<{ id: string }>('POST', '/api/v1/projects', { name });
    const workspace = await api.workspace(name, { 'main.tf': '' }, { project: name });
    const task = await api.expect<Task>('POST', '/api/v1/tasks', {
      workspaceId: workspace.id,
      operation: 'plan',
    });
    return { workspace, task, project };
  }

  /** Calls with what the operation takes for malformed, where it would destroy what the others need. */
  async function verdictOf(key: string, { method, path }: Operation, at: Place): Promise<Verdict> {
    const ids: Readonly<Record<string, string>> = {
      workspaces: at.workspace.id,
      tasks: at.task.id,
      projects: at.project,
      'variable-sets': 'none',
      pools: 'none',
      members: 'nobody@example.org',
      teams: 'none',
    };
    const segments = path.split('/');
    const filled = segments
      .map((segment, index) =>
        segment.startsWith('{') ? (ids[segments[index - 1] ?? ''] ?? randomUUID()) : segment,
      )
      .join('/');
    const broken = method === 'DELETE' ? '?force=malformed' : '';
    const body = method === 'GET' || method === 'DELETE' ? undefined : 'not JSON';
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await new ApiCaller(system.api.baseUrl, key).call(method, filled + broken, body, headers);
    return verdictFrom(answer, filled, at);
  }

  function verdictFrom({ status, body }: Answer, path: string, at: Place): Verdict {
    if (status === 401 || status >= 500) {
      throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    }
    if (status === 403 && body.code === 'FORBIDDEN') {
      expect(body.detail).toContain(String(body.permission));
      return 'forbidden';
    }
    const named = [at.workspace.id, at.task.id, at.project].map((id) => `"${id}"`);
    const absent = status === 410 || (status === 404 && named.some((id) => String(body.detail).includes(id)));
    return absent ? 'absent' : 'admitted';
  }

  function neededFor(id: string): Standing {
    const found = STANDINGS.find((standing) => NEEDED[standing].includes(id));
    if (found === undefined) {
      throw new Error(`who may call ${id} has not been written down here`);
    }
    return found;
  }

  const reaches = (held: Standing, needed: Standing): boolean =>
    STANDINGS.indexOf(held) >= STANDINGS.indexOf(needed);
  const isAt = (path: string): boolean => /^\/api\/v1\/(workspaces|tasks|projects)\/\{/.test(path);

  async function differences(
    keys: Readonly<Record<Standing, string>>,
    at: Place,
    expected: (held: Standing, operation: Operation & { readonly id: string }) => Verdict,
  ): Promise<string[]> {
    const wrong: string[] = [];
    for (const operation of operations) {
      for (const standing of STANDINGS) {
        const verdict = await verdictOf(keys[standing], operation, at);
        const right = expected(standing, operation);
        if (verdict !== right) {
          wrong.push(`${operation.id} as ${standing}: ${verdict} instead of ${right}`);
        }
      }
    }
    return wrong;
  }

  it('knows all of them', () => {
    expect(operations.length).toBeGreaterThan(120);
    const ids = operations.map(({ id }) => id);
    expect(ids.filter((id) => STANDINGS.every((standing) => !NEEDED[standing].includes(id)))).toEqual([]);
    expect(
      Object.values(NEEDED)
        .flat()
        .filter((id) => !ids.includes(id)),
    ).toEqual([]);
  });

  it('admits by the role in the whole organization, and hides its places from who has none', async () => {
    const wrong = await differences(ofOrganization, own, (held, { id, path }) => {
      if (reaches(held, neededFor(id))) {
        return 'admitted';
      }
      return isAt(path) && held === 'nobody' ? 'absent' : 'forbidden';
    });
    expect(wrong).toEqual([]);
  }, 120_000);

  it('admits by the role in a project, there and for nothing of the organization', async () => {
    const wrong = await differences(ofProject, own, (held, { id, path }) => {
      const needed = neededFor(id);
      const here = isAt(path) || BY_BODY.includes(id) || needed === 'nobody' || held === 'owner';
      if (here && reaches(held, needed)) {
        return 'admitted';
      }
      return isAt(path) && held === 'nobody' ? 'absent' : 'forbidden';
    });
    expect(wrong).toEqual([]);
  }, 120_000);

  it.each(['beside', 'foreign'] as const)(
    'hides what is in a project %s from those who have a role in another one',
    async (where) => {
      const at = where === 'beside' ? beside : foreign;
      const wrong = await differences(ofProject, at, (held, { id, path }) => {
        const needed = neededFor(id);
        if (isAt(path)) {
          return held === 'owner' && where === 'beside' ? 'admitted' : 'absent';
        }
        const here = BY_BODY.includes(id) || needed === 'nobody' || held === 'owner';
        return here && reaches(held, needed) ? 'admitted' : 'forbidden';
      });
      expect(wrong).toEqual([]);
    },
    120_000,
  );

  it('lists what one may see, and nothing else', async () => {
    const { body } = await new ApiCaller(system.api.baseUrl, ofProject.viewer).call(
      'GET',
      '/api/v1/workspaces',
    );
    expect(body.items.map(({ name }: Workspace) => name)).toEqual(['own']);
    const tasks = await new ApiCaller(system.api.baseUrl, ofProject.viewer).call('GET', '/api/v1/tasks');
    expect(new Set(tasks.body.items.map(({ workspaceId }: Task) => workspaceId))).toEqual(
      new Set([own.workspace.id]),
    );
    for (const list of ['workspaces', 'tasks', 'projects', 'grants']) {
      const nothing = await new ApiCaller(system.api.baseUrl, ofProject.nobody).call(
        'GET',
        `/api/v1/${list}`,
      );
      expect(nothing.body.items).toEqual([]);
    }
  });

  it('asks for the permission at the place that a body names', async () => {
    const as = (standing: Standing) => new ApiCaller(system.api.baseUrl, ofProject[standing]);
    const queue = (standing: Standing, at: Place, operation: string, more = {}) =>
      as(standing).call('POST', '/api/v1/tasks', { workspaceId: at.workspace.id, operation, ...more });
    expect((await queue('planner', own, 'plan')).status).toBe(201);
    expect((await queue('planner', own, 'plan_and_apply')).status).toBe(201);
    for (const [operation, more] of [
      ['plan_and_apply', { autoApply: true }],
      ['destroy', {}],
      ['apply', { planTaskId: own.task.id }],
    ] as const) {
      const refused = await queue('planner', own, operation, more);
      expect(refused).toMatchObject({ status: 403, body: { permission: 'tasks:apply' } });
    }
    expect((await queue('operator', own, 'destroy')).status).toBe(201);
    expect(await queue('admin', beside, 'plan')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });

    const make = (standing: Standing, project: string) =>
      as(standing).call('POST', '/api/v1/workspaces', {
        name: randomUUID().slice(-12),
        engine: 'terraform',
        project,
      });
    expect((await make('admin', 'own')).status).toBe(201);
    expect((await make('admin', 'beside')).status).toBe(404);
    expect((await make('operator', 'own')).status).toBe(403);

    const change = (standing: Standing, body: object) =>
      as(standing).call('PATCH', `/api/v1/workspaces/${own.workspace.id}`, body);
    expect((await change('operator', { needsAttention: false })).status).toBe(200);
    expect(await change('operator', { autoApply: true })).toMatchObject({
      status: 403,
      body: { permission: 'workspaces:write' },
    });
    expect((await change('admin', { project: 'beside' })).status).toBe(404);
  });

  it('lets a planner cancel their own plan, and no other one', async () => {
    const planner = new ApiCaller(system.api.baseUrl, ofProject.planner);
    const mine = await planner.expect<Task>('POST', '/api/v1/tasks', {
      workspaceId: own.workspace.id,
      operation: 'plan',
    });
    expect((await planner.call('POST', `/api/v1/tasks/${mine.id}/cancel`, {})).status).toBe(200);
    expect(await planner.call('POST', `/api/v1/tasks/${own.task.id}/cancel`, {})).toMatchObject({
      status: 403,
      body: { permission: 'tasks:cancel' },
    });
  });
});
