import { randomUUID } from 'node:crypto';
import type { CreateWorkspace, Page, PageQuery, UpdateWorkspace, Workspace } from '@berth/contracts';
import {
  clearAttention,
  Database,
  deleteWorkspace,
  deleteWorkspaceAndUnsaved,
  PoolRow,
  toEntity,
  WorkspaceRow,
  type RawRow,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { cursorOf, isUuid, pageOfRows } from '../paging.js';
import { unsavedStatesOpen } from '../problems/attention.js';
import { notFound, ProblemError } from '../problems/problem-error.js';
import { SecretBox } from '../secrets/secret-box.js';
import { takeName } from '../take-name.js';
import { gitColumns, gitJson } from './git-columns.js';

interface WorkspaceInPool extends WorkspaceRow {
  readonly pool: string;
}

/** Workspaces: configuration, variables and state of one piece of infrastructure. */
@Injectable()
export class WorkspacesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
  ) {}

  /** @throws ProblemError 404 */
  async find(organizationId: string, idOrName: string): Promise<WorkspaceInPool> {
    const [row] = await this.database.rows<RawRow>(
      `select w.*, p.name as pool from workspaces w join pools p on p.id = w.pool_id
       where w.organization_id = $1 and ${isUuid(idOrName) ? 'w.id = $2' : 'w.name = $2'}`,
      [organizationId, idOrName],
    );
    if (row === undefined) {
      throw notFound('workspace', idOrName);
    }
    return toEntity<WorkspaceInPool>(row);
  }

  async list(organizationId: string, query: PageQuery): Promise<Page<Workspace>> {
    return this.page('w.organization_id = $1', organizationId, query);
  }

  async listWithVariableSet(variableSetId: string, query: PageQuery): Promise<Page<Workspace>> {
    const assigned = 'w.id in (select workspace_id from variable_set_workspaces where variable_set_id = $1)';
    return this.page(assigned, variableSetId, query);
  }

  /** Under the same id it is created once, however often the request comes. @throws ProblemError */
  async create(
    organizationId: string,
    request: CreateWorkspace,
    id: string = randomUUID(),
  ): Promise<Workspace> {
    const pool = await this.poolNamed(organizationId, request.pool ?? 'default');
    const git = gitColumns(request.git ?? null, this.box);
    await takeName('workspace', request.name, async () =>
      this.database.rows(
        `insert into workspaces (id, organization_id, pool_id, name, engine, engine_version, working_directory, auto_apply,
           on_slot_lost, git_url, git_branch, git_path, sealed_git_token)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (id) do nothing`,
        [
          id,
          organizationId,
          pool.id,
          request.name,
          request.engine,
          request.engineVersion ?? null,
          request.workingDirectory ?? '',
          request.autoApply ?? false,
          request.onSlotLost ?? 'replan',
          git.gitUrl,
          git.gitBranch,
          git.gitPath,
          git.sealedGitToken,
        ],
      ),
    );
    return workspaceJson(await this.find(organizationId, id));
  }

  async update(organizationId: string, idOrName: string, request: UpdateWorkspace): Promise<Workspace> {
    const workspace = await this.find(organizationId, idOrName);
    const { pool, needsAttention, git, ...fields } = request;
    const poolId = pool === undefined ? workspace.poolId : (await this.poolNamed(organizationId, pool)).id;
    const save = async (): Promise<unknown> =>
      this.database.repository(WorkspaceRow).update(workspace.id, {
        ...withoutUndefined(fields),
        ...(git === undefined ? {} : gitColumns(git, this.box, workspace)),
        poolId,
        updatedAt: new Date(),
      });
    if (needsAttention === false) {
      await this.clearAttention(workspace.id);
    }
    await (request.name === undefined ? save() : takeName('workspace', request.name, save));
    return workspaceJson(await this.find(organizationId, workspace.id));
  }

  /** Deletes what Berth knows of it; the infrastructure itself is not touched. `force`: unsaved states as well. */
  async delete(organizationId: string, idOrName: string, { force }: { force: boolean }): Promise<void> {
    const { id } = await this.find(organizationId, idOrName);
    const deletion = await (force ? deleteWorkspaceAndUnsaved : deleteWorkspace)(this.database, id);
    switch (deletion.outcome) {
      case 'deleted':
        return;
      case 'busy':
        throw new ProblemError(
          409,
          'WORKSPACE_BUSY',
          `task ${deletion.taskId} of this workspace is not finished: cancel it first`,
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

  private async poolNamed(organizationId: string, name: string): Promise<PoolRow> {
    const pool = await this.database.repository(PoolRow).findOneBy({ organizationId, name });
    if (pool === null) {
      throw new ProblemError(
        422,
        'UNKNOWN_POOL',
        `there is no pool "${name}": make it with POST /api/v1/pools`,
      );
    }
    return pool;
  }

  private async page(where: string, id: string, query: PageQuery): Promise<Page<Workspace>> {
    const cursor = cursorOf(query);
    const rows = await this.database.rows<RawRow>(
      `select w.*, p.name as pool from workspaces w join pools p on p.id = w.pool_id
       where ${where} and ($2::timestamptz is null or (w.created_at, w.id) < ($2, $3::uuid))
       order by w.created_at desc, w.id desc limit $4`,
      [id, cursor?.createdAt ?? null, cursor?.id ?? null, query.limit + 1],
    );
    const workspaces = rows.map((row) => toEntity<WorkspaceInPool>(row));
    return pageOfRows(workspaces, query.limit, workspaceJson);
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
    onSlotLost: row.onSlotLost,
    needsAttention: row.needsAttention,
    git: gitJson(row),
    currentConfigurationId: row.currentConfigurationId,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
