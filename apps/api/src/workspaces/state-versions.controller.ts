import {
  PageQuery,
  pageOf,
  SeenState,
  StateChanges,
  StateDescription,
  StateVersion,
  text,
} from '@berth/contracts';
import { Database, listStateVersions } from '@berth/persistence';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { Describe } from '../openapi/describe.js';
import { listPart, pageOfRows } from '../paging.js';
import { ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { readBody } from '../bodies/read-body.js';
import { compareStates } from '../states/changes/compare-states.js';
import { insideOf } from '../states/changes/state-instances.js';
import { describeState, parseState } from '../states/state-content.js';
import { StatesService, stateVersionJson } from '../states/states.service.js';
import { WorkspacesService } from './workspaces.service.js';

const GiveQuery = SeenState.extend({ force: z.enum(['true', 'false']).optional() });
type GiveQuery = z.infer<typeof GiveQuery>;

/** The version to compare with. */
const ChangesQuery = z.strictObject({ since: text(100).min(1).optional() });
type ChangesQuery = z.infer<typeof ChangesQuery>;

@Controller('api/v1/workspaces/:workspace')
export class StateVersionsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WorkspacesService) private readonly workspaces: WorkspacesService,
    @Inject(StatesService) private readonly states: StatesService,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Get('state')
  @Describe({
    id: 'readState',
    permission: 'outputs:read',
    summary: 'What is in the newest state, without attributes and sensitive outputs',
    answer: StateDescription,
  })
  async current(@CallerParam() caller: UserCaller, @Param('workspace') idOrName: string) {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    const state = await this.states.content(workspace.id);
    if (state === null) {
      throw new ProblemError(404, 'NO_STATE', 'this workspace has no state yet');
    }
    return { ...stateVersionJson(state.version), ...describeState(parseState(state.content)) };
  }

  @Get('state-versions')
  @Describe({
    id: 'listStateVersions',
    permission: 'states:read',
    summary: 'List versions of the state, newest first',
    query: PageQuery,
    answer: pageOf(StateVersion),
  })
  async list(
    @CallerParam() caller: UserCaller,
    @Param('workspace') idOrName: string,
    @Query(new ZodPipe(PageQuery)) query: PageQuery,
  ) {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    const versions = await listStateVersions(this.database, workspace.id, listPart(query));
    return pageOfRows(versions, query.limit, stateVersionJson);
  }

  @Post('state-versions')
  @HttpCode(201)
  @Describe({
    id: 'giveStateVersion',
    permission: 'states:write',
    summary:
      'Make a state file the newest state: any one where there is none, else one of the same lineage with a higher serial; with force=true another one too, whose serial is raised',
    query: GiveQuery,
    bodyType: 'application/json',
    status: 201,
    answer: StateVersion,
  })
  async give(
    @CallerParam() caller: UserCaller,
    @Param('workspace') idOrName: string,
    @Query(new ZodPipe(GiveQuery)) { force, newestId }: GiveQuery,
    @Req() request: Request,
  ) {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    const content = await readBody(request, {
      what: 'a state',
      maxMb: this.env.BERTH_MAX_STATE_MB,
      setting: 'BERTH_MAX_STATE_MB',
    });
    const wanted = { force: force === 'true', newestId };
    return stateVersionJson(await this.states.give(caller, workspace.id, content, wanted));
  }

  @Get('state-versions/:id')
  @Describe({
    id: 'readStateVersion',
    permission: 'states:read',
    summary: 'What is in a version of the state',
    answer: StateDescription,
  })
  async read(
    @CallerParam() caller: UserCaller,
    @Param('workspace') idOrName: string,
    @Param('id') id: string,
  ) {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    const { version, content } = await this.states.version(workspace.id, id);
    const described =
      content.length === 0 ? { resources: [], outputs: {} } : describeState(parseState(content));
    return { ...stateVersionJson(version), ...described };
  }

  @Get('state-versions/:id/changes')
  @Describe({
    id: 'compareStateVersions',
    permission: 'states:read',
    summary: 'What a version of the state has in the place of another one, by default the one before it',
    query: ChangesQuery,
    answer: StateChanges,
  })
  async changes(
    @CallerParam() caller: UserCaller,
    @Param('workspace') idOrName: string,
    @Param('id') id: string,
    @Query(new ZodPipe(ChangesQuery)) { since }: ChangesQuery,
  ): Promise<StateChanges> {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    const after = await this.states.version(workspace.id, id);
    const before =
      since === undefined
        ? await this.states.versionBefore(workspace.id, id)
        : await this.states.version(workspace.id, since);
    return {
      since: before === null ? null : stateVersionJson(before.version),
      version: stateVersionJson(after.version),
      ...compareStates(insideOf(before?.content ?? Buffer.alloc(0)), insideOf(after.content)),
    };
  }

  @Post('state-versions/:id/restore')
  @HttpCode(200)
  @Describe({
    id: 'restoreStateVersion',
    permission: 'states:write',
    summary:
      'Make an older version the newest one, in the place of the one that you have seen where you say which',
    body: SeenState,
    answer: StateVersion,
  })
  async restore(
    @CallerParam() caller: UserCaller,
    @Param('workspace') idOrName: string,
    @Param('id') id: string,
    @Body(new ZodPipe(SeenState)) { newestId }: SeenState,
  ) {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    return stateVersionJson(
      await this.states.restore(caller.organizationId, workspace.id, caller, id, newestId),
    );
  }
}
