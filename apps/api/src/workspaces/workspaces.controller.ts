import { CreateWorkspace, pageOf, UpdateWorkspace, Workspace, WorkspaceListQuery } from '@berth/contracts';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { CallerParam, NewIdParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { z } from 'zod';
import { ProblemError } from '../problems/problem-error.js';
import { parseState } from '../states/state-content.js';
import { StatesService } from '../states/states.service.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { workspaceJson, WorkspacesService } from './workspaces.service.js';

const DeleteQuery = z.strictObject({ force: z.enum(['true', 'false']).optional() });
type DeleteQuery = z.infer<typeof DeleteQuery>;

@Controller('api/v1/workspaces')
export class WorkspacesController {
  constructor(
    @Inject(WorkspacesService) private readonly workspaces: WorkspacesService,
    @Inject(StatesService) private readonly states: StatesService,
  ) {}

  @Post()
  @Describe({
    id: 'createWorkspace',
    permission: 'workspaces:create',
    place: 'somewhere',
    summary: 'Create a workspace',
    body: CreateWorkspace,
    status: 201,
    answer: Workspace,
    idempotent: true,
  })
  async create(
    @CallerParam() caller: UserCaller,
    @Body(new ZodPipe(CreateWorkspace)) body: CreateWorkspace,
    @NewIdParam() newId: string | undefined,
  ): Promise<Workspace> {
    return this.workspaces.create(caller, body, newId);
  }

  @Get()
  @Describe({
    id: 'listWorkspaces',
    permission: 'workspaces:read',
    place: 'listed',
    summary: 'List workspaces, newest first',
    query: WorkspaceListQuery,
    answer: pageOf(Workspace),
  })
  async list(
    @CallerParam() caller: UserCaller,
    @Query(new ZodPipe(WorkspaceListQuery)) query: WorkspaceListQuery,
  ) {
    return this.workspaces.list(caller, query);
  }

  @Get(':idOrName')
  @Describe({
    id: 'readWorkspace',
    permission: 'workspaces:read',
    summary: 'Read a workspace',
    answer: Workspace,
  })
  async read(@CallerParam() caller: UserCaller, @Param('idOrName') idOrName: string): Promise<Workspace> {
    return workspaceJson(await this.workspaces.find(caller.organizationId, idOrName));
  }

  @Patch(':idOrName')
  @Describe({
    id: 'updateWorkspace',
    permission: 'attention:clear',
    summary: 'Change a workspace',
    body: UpdateWorkspace,
    answer: Workspace,
  })
  async update(
    @CallerParam() caller: UserCaller,
    @Param('idOrName') idOrName: string,
    @Body(new ZodPipe(UpdateWorkspace)) body: UpdateWorkspace,
  ): Promise<Workspace> {
    return this.workspaces.update(caller, idOrName, body);
  }

  @Delete(':idOrName')
  @HttpCode(204)
  @Describe({
    id: 'deleteWorkspace',
    permission: 'workspaces:delete',
    summary:
      'Delete a workspace with its tasks and states; with force=true also while its state has resources, or a state of it is unsaved',
    query: DeleteQuery,
    status: 204,
  })
  async delete(
    @CallerParam() caller: UserCaller,
    @Param('idOrName') idOrName: string,
    @Query(new ZodPipe(DeleteQuery)) query: DeleteQuery,
  ): Promise<void> {
    const { id } = await this.workspaces.find(caller.organizationId, idOrName);
    const force = query.force === 'true';
    if (!force) {
      await this.expectNoResources(id);
    }
    await this.workspaces.delete(caller.organizationId, idOrName, { force });
  }

  /** Without its state, nobody could change or destroy what the workspace has made. */
  private async expectNoResources(workspaceId: string): Promise<void> {
    const state = await this.states.content(workspaceId);
    const count = state === null ? 0 : parseState(state.content).resources.length;
    if (count > 0) {
      throw new ProblemError(
        409,
        'WORKSPACE_HAS_RESOURCES',
        `the state of this workspace still has ${count} resources: destroy them first, or repeat with ?force=true to forget them`,
      );
    }
  }
}
