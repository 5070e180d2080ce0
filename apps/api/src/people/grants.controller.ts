import { randomUUID } from 'node:crypto';
import { CreateGrant, Grant, PageQuery, pageOf } from '@berth/contracts';
import { placesOf } from '@berth/domain';
import {
  Database,
  deleteGrant,
  listGrants,
  putGrant,
  readGrant,
  readGrantOf,
  readMember,
  readProject,
  readTeam,
  readWorkspace,
  tell,
  type Grant as GrantRow,
} from '@berth/persistence';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { expectMay } from '../auth/expect-may.js';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { projectPlace, WHOLE, workspacePlace, type NamedPlace } from '../auth/places.js';
import { Describe } from '../openapi/describe.js';
import { idOrName, isUuid, listPart, pageOfRows } from '../paging.js';
import { notFound } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { grantJson } from './people-json.js';

interface GrantedPlace {
  readonly at: NamedPlace;
  readonly projectId: string | null;
  readonly workspaceId: string | null;
}

/** Who has which role where. */
@Controller('api/v1/grants')
export class GrantsController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Get()
  @Describe({
    id: 'listGrants',
    permission: 'grants:read',
    place: 'listed',
    summary: 'List grants, newest first',
    query: PageQuery,
    answer: pageOf(Grant),
  })
  async list(@CallerParam() caller: UserCaller, @Query(new ZodPipe(PageQuery)) query: PageQuery) {
    const { organizationId, access } = caller;
    const within = placesOf(access, 'grants:read');
    const grants = await listGrants(this.database, { organizationId, within }, listPart(query));
    return pageOfRows(grants, query.limit, grantJson);
  }

  @Post()
  @Describe({
    id: 'createGrant',
    permission: 'grants:write',
    place: 'somewhere',
    summary: 'Grant a role; who has one on the same place already gets this one instead',
    body: CreateGrant,
    status: 201,
    answer: Grant,
  })
  async create(
    @CallerParam() caller: UserCaller,
    @Body(new ZodPipe(CreateGrant)) body: CreateGrant,
  ): Promise<Grant> {
    const { organizationId } = caller;
    const { at, projectId, workspaceId } = await this.placeOf(organizationId, body);
    expectMay(caller, 'grants:write', at);
    const { teamId, userId } = await this.holderOf(organizationId, body);
    const held = { organizationId, teamId, userId, projectId, workspaceId };
    const before = await readGrantOf(this.database, held);
    const newId = before ?? randomUUID();
    tell({ objectId: newId });
    const id = await putGrant(this.database, { ...held, role: body.role }, newId);
    const grant = await readGrant(this.database, organizationId, id);
    if (grant === null) {
      throw notFound('grant', id);
    }
    return grantJson(grant);
  }

  @Delete(':id')
  @HttpCode(204)
  @Describe({
    id: 'deleteGrant',
    permission: 'grants:write',
    place: 'somewhere',
    summary: 'Take a grant back',
    status: 204,
  })
  async delete(@CallerParam() caller: UserCaller, @Param('id') id: string): Promise<void> {
    const { organizationId } = caller;
    const grant = isUuid(id) ? await readGrant(this.database, organizationId, id) : null;
    if (grant === null) {
      throw notFound('grant', id);
    }
    tell({ before: grantJson(grant) });
    expectMay(caller, 'grants:write', await this.placeOfGrant(organizationId, grant));
    await deleteGrant(this.database, id);
  }

  private async placeOfGrant(organizationId: string, grant: GrantRow): Promise<NamedPlace> {
    const { at } = await this.placeOf(organizationId, {
      ...(grant.projectId === null ? {} : { project: grant.projectId }),
      ...(grant.workspaceId === null ? {} : { workspace: grant.workspaceId }),
    });
    return { ...at, absent: notFound('grant', grant.id) };
  }

  private async placeOf(
    organizationId: string,
    { project, workspace }: Pick<CreateGrant, 'project' | 'workspace'>,
  ): Promise<GrantedPlace> {
    if (project !== undefined) {
      const found = await readProject(this.database, organizationId, project);
      if (found === null) {
        throw notFound('project', project);
      }
      const at = projectPlace(found, notFound('project', project));
      return { at, projectId: found.id, workspaceId: null };
    }
    if (workspace !== undefined) {
      const found = await readWorkspace(this.database, organizationId, idOrName(workspace));
      if (found === null) {
        throw notFound('workspace', workspace);
      }
      const at = workspacePlace(found, notFound('workspace', workspace));
      return { at, projectId: null, workspaceId: found.id };
    }
    return { at: WHOLE, projectId: null, workspaceId: null };
  }

  private async holderOf(organizationId: string, { team, user }: Pick<CreateGrant, 'team' | 'user'>) {
    if (team !== undefined) {
      const found = await readTeam(this.database, organizationId, team);
      if (found === null) {
        throw notFound('team', team);
      }
      return { teamId: found.id, userId: null };
    }
    const found = await readMember(this.database, organizationId, String(user));
    if (found === null) {
      throw notFound('member', String(user));
    }
    return { teamId: null, userId: found.userId };
  }
}
