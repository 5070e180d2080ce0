import { pageOf, PutVariable, Variable, VariableKey } from '@berth/contracts';
import type { VariableOwner } from '@berth/persistence';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { VARIABLE_LIMITS, VariablesService } from '../variables/variables.service.js';
import { VariableSetsService } from './variable-sets.service.js';

@Controller('api/v1/variable-sets/:variableSet/variables')
export class VariableSetVariablesController {
  constructor(
    @Inject(VariableSetsService) private readonly sets: VariableSetsService,
    @Inject(VariablesService) private readonly variables: VariablesService,
  ) {}

  @Get()
  @Describe({
    id: 'listVariableSetVariables',
    permission: 'variables:read',
    summary: 'List the variables of a set; sensitive values are never shown',
    answer: pageOf(Variable),
  })
  async list(@CallerParam() caller: UserCaller, @Param('variableSet') idOrName: string) {
    return { items: await this.variables.list(await this.owner(caller, idOrName)), nextCursor: null };
  }

  @Put(':key')
  @Describe({
    id: 'setVariableSetVariable',
    permission: 'variables:write',
    summary: 'Set a variable of a set',
    body: PutVariable,
    bodyLimits: VARIABLE_LIMITS,
    answer: Variable,
  })
  async put(
    @CallerParam() caller: UserCaller,
    @Param('variableSet') idOrName: string,
    @Param('key', new ZodPipe(VariableKey)) key: string,
    @Body(new ZodPipe(PutVariable)) body: PutVariable,
  ): Promise<Variable> {
    return this.variables.put(await this.owner(caller, idOrName), key, body);
  }

  @Delete(':key')
  @HttpCode(204)
  @Describe({
    id: 'deleteVariableSetVariable',
    permission: 'variables:write',
    summary: 'Remove a variable from a set',
    status: 204,
  })
  async delete(
    @CallerParam() caller: UserCaller,
    @Param('variableSet') idOrName: string,
    @Param('key') key: string,
  ): Promise<void> {
    await this.variables.delete(await this.owner(caller, idOrName), key);
  }

  private async owner({ organizationId }: UserCaller, idOrName: string): Promise<VariableOwner> {
    const { id } = await this.sets.find(organizationId, idOrName);
    return { kind: 'variableSet', id, organizationId };
  }
}
