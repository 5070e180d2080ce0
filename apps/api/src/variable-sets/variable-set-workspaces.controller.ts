import { PageQuery, pageOf, Workspace } from '@berth/contracts';
import { Controller, Delete, Get, HttpCode, Inject, Param, Put, Query } from '@nestjs/common';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';
import { VariableSetsService } from './variable-sets.service.js';

@Controller('api/v1/variable-sets/:variableSet/workspaces')
export class VariableSetWorkspacesController {
  constructor(
    @Inject(VariableSetsService) private readonly sets: VariableSetsService,
    @Inject(WorkspacesService) private readonly workspaces: WorkspacesService,
  ) {}

  @Get()
  @Describe({
    id: 'listVariableSetWorkspaces',
    permission: 'variables:read',
    summary: 'List the workspaces that a set is assigned to, newest first',
    query: PageQuery,
    answer: pageOf(Workspace),
  })
  async list(
    @CallerParam() caller: UserCaller,
    @Param('variableSet') idOrName: string,
    @Query(new ZodPipe(PageQuery)) query: PageQuery,
  ) {
    const { id } = await this.sets.find(caller.organizationId, idOrName);
    return this.workspaces.listWithVariableSet(id, query);
  }

  @Put(':workspace')
  @HttpCode(204)
  @Describe({
    id: 'assignVariableSet',
    permission: 'variables:write',
    summary: 'Assign a set to a workspace; its next runs get the variables',
    status: 204,
  })
  async assign(
    @CallerParam() { organizationId }: UserCaller,
    @Param('variableSet') setIdOrName: string,
    @Param('workspace') workspaceIdOrName: string,
  ): Promise<void> {
    const set = await this.sets.find(organizationId, setIdOrName);
    const workspace = await this.workspaces.find(organizationId, workspaceIdOrName);
    await this.sets.assign(set, workspace);
  }

  @Delete(':workspace')
  @HttpCode(204)
  @Describe({
    id: 'detachVariableSet',
    permission: 'variables:write',
    summary: 'Take a set away from a workspace',
    status: 204,
  })
  async detach(
    @CallerParam() { organizationId }: UserCaller,
    @Param('variableSet') setIdOrName: string,
    @Param('workspace') workspaceIdOrName: string,
  ): Promise<void> {
    const set = await this.sets.find(organizationId, setIdOrName);
    const workspace = await this.workspaces.find(organizationId, workspaceIdOrName);
    await this.sets.detach(set, workspace);
  }
}
