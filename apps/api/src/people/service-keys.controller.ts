import { ApiKey, CreateServiceKey, NewApiKey, PageQuery, pageOf, RotateKey } from '@berth/contracts';
import { Database, readProject, readWorkspace } from '@berth/persistence';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { Describe } from '../openapi/describe.js';
import { idOrName } from '../paging.js';
import { notFound } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { KeysService } from './keys.service.js';

/** Keys that are an organization's own: for pipelines and for other programs. */
@Controller('api/v1/keys')
export class ServiceKeysController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(KeysService) private readonly keys: KeysService,
  ) {}

  @Get()
  @Describe({
    id: 'listServiceKeys',
    permission: 'keys:read',
    summary: 'List the service keys, newest first',
    query: PageQuery,
    answer: pageOf(ApiKey),
  })
  async list(@CallerParam() { organizationId }: UserCaller, @Query(new ZodPipe(PageQuery)) query: PageQuery) {
    return this.keys.list({ organizationId }, query);
  }

  @Post()
  @Describe({
    id: 'createServiceKey',
    permission: 'keys:write',
    summary: 'Make a service key; it is shown this once',
    body: CreateServiceKey,
    status: 201,
    answer: NewApiKey,
  })
  async create(
    @CallerParam() caller: UserCaller,
    @Body(new ZodPipe(CreateServiceKey)) body: CreateServiceKey,
  ): Promise<NewApiKey> {
    const { organizationId } = caller;
    const projects = await this.idsOf(body.projects, async (named) => {
      return (await readProject(this.database, organizationId, named)) ?? notFound('project', named);
    });
    const workspaces = await this.idsOf(body.workspaces, async (named) => {
      return (
        (await readWorkspace(this.database, organizationId, idOrName(named))) ?? notFound('workspace', named)
      );
    });
    const places = projects.length + workspaces.length === 0 ? null : { projects, workspaces };
    return this.keys.create(caller, body, { organizationId, role: body.role, places });
  }

  @Delete(':id')
  @HttpCode(204)
  @Describe({
    id: 'revokeServiceKey',
    permission: 'keys:write',
    summary: 'Revoke a service key: from now on it opens nothing',
    status: 204,
  })
  async revoke(@CallerParam() { organizationId }: UserCaller, @Param('id') id: string): Promise<void> {
    await this.keys.revoke({ organizationId }, id);
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @Describe({
    id: 'rotateServiceKey',
    permission: 'keys:write',
    summary: 'Make the key anew, shown this once; the old one opens for another day, or as long as is said',
    body: RotateKey,
    answer: NewApiKey,
  })
  async rotate(
    @CallerParam() caller: UserCaller,
    @Param('id') id: string,
    @Body(new ZodPipe(RotateKey)) body: RotateKey,
  ): Promise<NewApiKey> {
    return this.keys.rotate(caller, { organizationId: caller.organizationId }, id, body);
  }

  private async idsOf(
    named: readonly string[] = [],
    find: (named: string) => Promise<{ readonly id: string } | Error>,
  ): Promise<string[]> {
    const ids = new Set<string>();
    for (const one of named) {
      const found = await find(one);
      if (found instanceof Error) {
        throw found;
      }
      ids.add(found.id);
    }
    return [...ids];
  }
}
