import { pageOf, PushUnsavedState, UnsavedState } from '@berth/contracts';
import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { UnsavedStatesService } from '../states/unsaved-states.service.js';
import { WorkspacesService } from './workspaces.service.js';

@Controller('api/v1/workspaces/:workspace/unsaved-states')
export class UnsavedStatesController {
  constructor(
    @Inject(WorkspacesService) private readonly workspaces: WorkspacesService,
    @Inject(UnsavedStatesService) private readonly unsaved: UnsavedStatesService,
  ) {}

  @Get()
  @Describe({
    id: 'listUnsavedStates',
    permission: 'states:read',
    summary: 'States that applies could not save, the newest 100',
    answer: pageOf(UnsavedState),
  })
  async list(@CallerParam() caller: UserCaller, @Param('workspace') idOrName: string) {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    return { items: await this.unsaved.list(workspace.id), nextCursor: null };
  }

  @Get(':id/content')
  @Header('cache-control', 'no-store')
  @Describe({
    id: 'readUnsavedStateContent',
    permission: 'states:read',
    summary: 'An unsaved state as terraform has left it, secrets included',
    answerType: 'application/octet-stream',
  })
  async content(
    @CallerParam() caller: UserCaller,
    @Param('workspace') idOrName: string,
    @Param('id') id: string,
    @Res() response: Response,
  ): Promise<void> {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    const content = await this.unsaved.content(workspace.id, id);
    response.status(200).type('application/octet-stream').send(content);
  }

  @Post(':id/push')
  @HttpCode(200)
  @Describe({
    id: 'pushUnsavedState',
    permission: 'states:write',
    summary: 'Make an unsaved state the newest one; the workspace goes on when no other is left',
    body: PushUnsavedState,
    answer: UnsavedState,
  })
  async push(
    @CallerParam() caller: UserCaller,
    @Param('workspace') idOrName: string,
    @Param('id') id: string,
    @Body(new ZodPipe(PushUnsavedState)) body: PushUnsavedState,
  ): Promise<UnsavedState> {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    return this.unsaved.push(caller, workspace.id, id, body);
  }

  @Delete(':id')
  @HttpCode(200)
  @Describe({
    id: 'discardUnsavedState',
    permission: 'states:write',
    summary: 'Say that an unsaved state is not wanted',
    answer: UnsavedState,
  })
  async discard(
    @CallerParam() caller: UserCaller,
    @Param('workspace') idOrName: string,
    @Param('id') id: string,
  ): Promise<UnsavedState> {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    return this.unsaved.discard(caller, workspace.id, id);
  }
}
