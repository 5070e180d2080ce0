import { Configuration } from '@berth/contracts';
import { Database } from '@berth/persistence';
import { Controller, Headers, Inject, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { expectGzip } from '../gzip-type.js';
import { Describe } from '../openapi/describe.js';
import { readBody } from '../read-body.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';
import { checkConfiguration } from './configuration-content.js';

@Controller('api/v1/workspaces/:workspace/configurations')
export class ConfigurationsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WorkspacesService) private readonly workspaces: WorkspacesService,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Post()
  @Describe({
    summary:
      'Upload a configuration (a tar.gz); the newest is what tasks run where the workspace names no git source',
    bodyType: 'application/gzip',
    status: 201,
    answer: Configuration,
  })
  async upload(
    @CallerParam() caller: UserCaller,
    @Param('workspace') idOrName: string,
    @Headers('content-type') contentType: string | undefined,
    @Req() request: Request,
  ): Promise<Configuration> {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    expectGzip(contentType);
    const content = await readBody(request, this.env.BERTH_MAX_CONFIGURATION_MB, 'a configuration');
    const checked = await checkConfiguration(content, this.env.BERTH_MAX_CONFIGURATION_MB);
    const [created] = await this.database.rows<{ id: string; createdAt: Date }>(
      `with created as (
         insert into configurations (organization_id, workspace_id, sha256, size_bytes, content)
         values ($1, $2, $3, $4, $5) returning id, created_at
       ), current as (
         update workspaces set current_configuration_id = created.id, updated_at = now() from created
         where workspaces.id = $2
       )
       select id, created_at as "createdAt" from created`,
      [caller.organizationId, workspace.id, checked.sha256, checked.sizeBytes, content],
    );
    if (created === undefined) {
      throw new Error(`the configuration of workspace ${workspace.id} was not stored`);
    }
    return {
      id: created.id,
      workspaceId: workspace.id,
      sha256: checked.sha256,
      sizeBytes: checked.sizeBytes,
      createdAt: created.createdAt.toISOString(),
    };
  }
}
