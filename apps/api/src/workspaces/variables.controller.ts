import { EffectiveVariable, pageOf, PutVariable, Variable, VariableKey } from '@berth/contracts';
import type { VariableOwner } from '@berth/persistence';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { VARIABLE_LIMITS, VariablesService } from '../variables/variables.service.js';
import { WorkspacesService } from './workspaces.service.js';

@Controller('api/v1/workspaces/:workspace')
export class VariablesController {
  constructor(
    @Inject(WorkspacesService) private readonly workspaces: WorkspacesService,
    @Inject(VariablesService) private readonly variables: VariablesService,
  ) {}

  @Get('variables')
  @Describe({
    id: 'listVariables',
    permission: 'variables:read',
    summary: 'List variables; sensitive values are never shown',
    answer: pageOf(Variable),
  })
  async list(@CallerParam() caller: UserCaller, @Param('workspace') idOrName: string) {
    return { items: await this.variables.list(await this.owner(caller, idOrName)), nextCursor: null };
  }

  @Get('effective-variables')
  @Describe({
    id: 'listEffectiveVariables',
    permission: 'variables:read',
    summary: 'What a run would get, its own variables and those of variable sets, and from where',
    answer: pageOf(EffectiveVariable),
  })
  async effective(@CallerParam() caller: UserCaller, @Param('workspace') idOrName: string) {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    return { items: await this.variables.effective(workspace.id), nextCursor: null };
  }

  @Put('variables/:key')
  @Describe({
    id: 'setVariable',
    permission: 'variables:write',
    summary: 'Set a variable',
    body: PutVariable,
    bodyLimits: VARIABLE_LIMITS,
    answer: Variable,
  })
  async put(
    @CallerParam() caller: UserCaller,
    @Param('workspace') idOrName: string,
    @Param('key', new ZodPipe(VariableKey)) key: string,
    @Body(new ZodPipe(PutVariable)) body: PutVariable,
  ): Promise<Variable> {
    return this.variables.put(await this.owner(caller, idOrName), key, body);
  }

  @Delete('variables/:key')
  @HttpCode(204)
  @Describe({
    id: 'deleteVariable',
    permission: 'variables:write',
    summary: 'Remove a variable',
    status: 204,
  })
  async delete(
    @CallerParam() caller: UserCaller,
    @Param('workspace') idOrName: string,
    @Param('key') key: string,
  ): Promise<void> {
    await this.variables.delete(await this.owner(caller, idOrName), key);
  }

  private async owner({ organizationId }: UserCaller, idOrName: string): Promise<VariableOwner> {
    const { id } = await this.workspaces.find(organizationId, idOrName);
    return { kind: 'workspace', id, organizationId };
  }
}
