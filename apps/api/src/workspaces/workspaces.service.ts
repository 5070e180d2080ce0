import { randomUUID } from 'node:crypto';
import type {
  CreateWorkspace,
  Page,
  PageQuery,
  UpdateWorkspace,
  Workspace,
  WorkspaceListQuery,
} from '@berth/contracts';
import { placesOf } from '@berth/domain';
import {
  changeWorkspace,
  clearAttention,
  createWorkspace,
  Database,
  deleteWorkspace,
  deleteWorkspaceAndUnsaved,
  listWorkspaces,
  listWorkspacesWithVariableSet,
  readPool,
  readProject,
  readWorkspace,
  tell,
  type PoolRow,
  type Project,
  type WorkspaceInPool,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { expectMay } from '../auth/expect-may.js';
import type { UserCaller } from '../auth/caller.js';
import { projectPlace, workspacePlace } from '../auth/places.js';
import { idOrName, listPart, pageOfRows } from '../paging.js';
import { unsavedStatesOpen } from '../problems/attention.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { DeletedWorkspacesLoop } from '../retention/deleted-workspaces.loop.js';
import { SecretBox } from '../secrets/secret-box.js';
import { takeName } from '../take-name.js';
import { gitColumns, gitJson } from './git-columns.js';

/** Workspaces: configuration, variables and state of one piece of infrastructure. */
@Injectable()
export class WorkspacesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(DeletedWorkspacesLoop) private readonly deleted: DeletedWorkspacesLoop,
  ) {}

  /** @throws ProblemError 404 */
  async find(organizationId: string, named: string): Promise<WorkspaceInPool> {
    const workspace = await readWorkspace(this.database, organizationId, idOrName(named));
    if (workspace === null) {
      throw notFound('workspace', named);
    }
    return workspace;
  }

  /** Those that the caller may see. @throws ProblemError 404 where there is no such project */
  async list(caller: UserCaller, query: WorkspaceListQuery): Promise<Page<Workspace>> {
    const { organizationId, access } = caller;
    const project =
      query.project === undefined ? null : await this.projectNamed(organizationId, query.project);
    const filter = {
      organizationId,
      projectId: project?.id ?? null,
      search: query.search ?? null,
      needsAttention: query.needsAttention === undefined ? null : query.needsAttention === 'true',
      within: placesOf(access, 'workspaces:read'),
    };
    const workspaces = await listWorkspaces(this.database, filter, listPart(query));
    return pageOfRows(workspaces, query.limit, workspaceJson);
  }

  async listWithVariableSet(variableSetId: string, query: PageQuery): Promise<Page<Workspace>> {
    const workspaces = await listWorkspacesWithVariableSet(this.database, variableSetId, listPart(query));
    return pageOfRows(workspaces, query.limit, workspaceJson);
  }

  /** Under the same id it is created once, however often the request comes. @throws ProblemError */
  async create(caller: UserCaller, request: CreateWorkspace, id: string = randomUUID()): Promise<Workspace> {
    const { organizationId } = caller;
    const named = request.project ?? 'default';
    const project = await this.projectNamed(organizationId, named);
    expectMay(caller, 'workspaces:create', projectPlace(project, notFound('project', named)));
    const pool = await this.poolNamed(organizationId, request.pool ?? 'default');
    const workspace = {
      id,
      organizationId,
      poolId: pool.id,
      projectId: project.id,
      name: request.name,
      engine: request.engine,
      engineVersion: request.engineVersion ?? null,
      workingDirectory: request.workingDirectory ?? '',
      autoApply: request.autoApply ?? false,
      onSlotLost: request.onSlotLost ?? 'replan',
      approvals: request.approvals ?? 1,
      allowSelfApproval: request.allowSelfApproval ?? true,
      keepApprovals: request.keepApprovals ?? 'never',
      ...gitColumns(request.git ?? null, this.box),
    };
    expectOneWay(workspace);
    await takeName('workspace', request.name, async () => createWorkspace(this.database, workspace));
    return workspaceJson(await this.find(organizationId, id));
  }

  async update(caller: UserCaller, named: string, request: UpdateWorkspace): Promise<Workspace> {
    const { organizationId } = caller;
    const workspace = await this.find(organizationId, named);
    const { pool, project, needsAttention, git, ...fields } = request;
    if (Object.keys(request).some((field) => field !== 'needsAttention')) {
      expectMay(caller, 'workspaces:write', workspacePlace(workspace));
    }
    const projectId = project === undefined ? workspace.projectId : await this.newProject(caller, project);
    tell({ before: workspaceJson(workspace) });
    expectOneWay({ ...workspace, ...withoutUndefined(fields) });
    const poolId = pool === undefined ? workspace.poolId : (await this.poolNamed(organizationId, pool)).id;
    const save = async (): Promise<void> =>
      changeWorkspace(this.database, workspace.id, {
        ...withoutUndefined(fields),
        ...(git === undefined ? {} : gitColumns(git, this.box, workspace)),
        poolId,
        projectId,
      });
    if (needsAttention === false) {
      await this.clearAttention(workspace.id);
    }
    await (request.name === undefined ? save() : takeName('workspace', request.name, save));
    return workspaceJson(await this.find(organizationId, workspace.id));
  }

  /** Deletes what Berth knows of it; the infrastructure itself is not touched. `force`: unsaved states as well. */
  async delete(organizationId: string, named: string, { force }: { force: boolean }): Promise<void> {
    const workspace = await this.find(organizationId, named);
    const { id } = workspace;
    tell({ before: workspaceJson(workspace) });
    const deletion = await (force ? deleteWorkspaceAndUnsaved : deleteWorkspace)(this.database, id);
    switch (deletion.outcome) {
      case 'deleted':
        this.deleted.wake();
        return;
      case 'busy':
        throw new ProblemError(
          409,
          'WORKSPACE_BUSY',
          `task ${deletion.taskId} of this workspace is not finished: cancel it first`,
        );
      case 'attention':
        throw new ProblemError(
          409,
          'WORKSPACE_NEEDS_ATTENTION',
          'what an apply did here is unknown, and its agent may have a state that nobody else has: look first, or repeat with ?force=true to forget it',
        );
      case 'unsaved_states':
        throw unsavedStatesOpen(deletion.count, ', or repeat with ?force=true to forget them');
    }
  }

  private async clearAttention(workspaceId: string): Promise<void> {
    const unsaved = await clearAttention(this.database, workspaceId);
    if (unsaved > 0) {
      throw unsavedStatesOpen(unsaved, '');
    }
  }

  /** Who moves a workspace could have made it there. */
  private async newProject(caller: UserCaller, named: string): Promise<string> {
    const project = await this.projectNamed(caller.organizationId, named);
    expectMay(caller, 'workspaces:create', projectPlace(project, notFound('project', named)));
    return project.id;
  }

  private async projectNamed(organizationId: string, named: string): Promise<Project> {
    const project = await readProject(this.database, organizationId, named);
    if (project === null) {
      throw notFound('project', named);
    }
    return project;
  }

  private async poolNamed(organizationId: string, name: string): Promise<PoolRow> {
    const pool = await readPool(this.database, organizationId, name);
    if (pool === null) {
      throw new ProblemError(
        422,
        'UNKNOWN_POOL',
        `there is no pool "${name}": make it with POST /api/v1/pools`,
      );
    }
    return pool;
  }
}

/** A plan is applied by itself or by several people. @throws ProblemError 422 */
function expectOneWay({
  autoApply,
  approvals,
  allowSelfApproval,
}: Pick<WorkspaceInPool, 'autoApply' | 'approvals' | 'allowSelfApproval'>): void {
  if (autoApply && (approvals > 1 || !allowSelfApproval)) {
    throw new ProblemError(
      422,
      'AUTO_APPLY_WITH_APPROVALS',
      'autoApply applies without asking anybody: it goes with approvals 1 and allowSelfApproval true only',
    );
  }
}

function withoutUndefined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

export function workspaceJson(row: WorkspaceInPool): Workspace {
  return {
    id: row.id,
    name: row.name,
    engine: row.engine,
    engineVersion: row.engineVersion,
    workingDirectory: row.workingDirectory,
    autoApply: row.autoApply,
    pool: row.pool,
    project: row.project,
    projectId: row.projectId,
    onSlotLost: row.onSlotLost,
    approvals: row.approvals,
    allowSelfApproval: row.allowSelfApproval,
    keepApprovals: row.keepApprovals,
    needsAttention: row.needsAttention,
    git: gitJson(row),
    currentConfigurationId: row.currentConfigurationId,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
