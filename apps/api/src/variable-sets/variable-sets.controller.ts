import { CreateVariableSet, PageQuery, pageOf, UpdateVariableSet, VariableSet } from '@berth/contracts';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { CallerParam, NewIdParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { variableSetJson, VariableSetsService } from './variable-sets.service.js';

@Controller('api/v1/variable-sets')
export class VariableSetsController {
  constructor(@Inject(VariableSetsService) private readonly sets: VariableSetsService) {}

  @Post()
  @Describe({
    id: 'createVariableSet',
    permission: 'variables:write',
    summary: 'Create a variable set: variables that workspaces share',
    body: CreateVariableSet,
    status: 201,
    answer: VariableSet,
    idempotent: true,
  })
  async create(
    @CallerParam() caller: UserCaller,
    @Body(new ZodPipe(CreateVariableSet)) body: CreateVariableSet,
    @NewIdParam() newId: string | undefined,
  ): Promise<VariableSet> {
    return this.sets.create(caller.organizationId, body, newId);
  }

  @Get()
  @Describe({
    id: 'listVariableSets',
    permission: 'variables:read',
    summary: 'List variable sets, newest first',
    query: PageQuery,
    answer: pageOf(VariableSet),
  })
  async list(@CallerParam() caller: UserCaller, @Query(new ZodPipe(PageQuery)) query: PageQuery) {
    return this.sets.list(caller.organizationId, query);
  }

  @Get(':idOrName')
  @Describe({
    id: 'readVariableSet',
    permission: 'variables:read',
    summary: 'Read a variable set',
    answer: VariableSet,
  })
  async read(@CallerParam() caller: UserCaller, @Param('idOrName') idOrName: string): Promise<VariableSet> {
    return variableSetJson(await this.sets.find(caller.organizationId, idOrName));
  }

  @Patch(':idOrName')
  @Describe({
    id: 'updateVariableSet',
    permission: 'variables:write',
    summary: 'Change a variable set',
    body: UpdateVariableSet,
    answer: VariableSet,
  })
  async update(
    @CallerParam() caller: UserCaller,
    @Param('idOrName') idOrName: string,
    @Body(new ZodPipe(UpdateVariableSet)) body: UpdateVariableSet,
  ): Promise<VariableSet> {
    return this.sets.update(caller.organizationId, idOrName, body);
  }

  @Delete(':idOrName')
  @HttpCode(204)
  @Describe({
    id: 'deleteVariableSet',
    permission: 'variables:write',
    summary: 'Delete a variable set with its variables, also where it is assigned',
    status: 204,
  })
  async delete(@CallerParam() caller: UserCaller, @Param('idOrName') idOrName: string): Promise<void> {
    await this.sets.delete(caller.organizationId, idOrName);
  }
}
