import { Configuration, KnownConfiguration } from '@berth/contracts';
import { Database, reuseConfiguration, storeUploadedConfiguration } from '@berth/persistence';
import { Body, Controller, Headers, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { expectGzip } from '../bodies/gzip-type.js';
import { readBody } from '../bodies/read-body.js';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import { Describe } from '../openapi/describe.js';
import { ProblemError } from '../problems/problem-error.js';
import { ZodPipe } from '../problems/zod.pipe.js';
import { SecretBox } from '../secrets/secret-box.js';
import { CONFIGURATION_SEAL } from '../secrets/seals.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';
import { checkConfiguration } from './check-configuration.js';

@Controller('api/v1/workspaces/:workspace/configurations')
export class ConfigurationsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WorkspacesService) private readonly workspaces: WorkspacesService,
    @Inject(IdempotencyService) private readonly idempotency: IdempotencyService,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Post()
  @Describe({
    id: 'uploadConfiguration',
    permission: 'configurations:write',
    summary:
      'Upload a configuration (a tar.gz); the newest is what tasks run where the workspace names no git source',
    bodyType: 'application/gzip',
    status: 201,
    answer: Configuration,
    idempotent: true,
  })
  async upload(
    @CallerParam() caller: UserCaller,
    @Param('workspace') idOrName: string,
    @Headers('content-type') contentType: string | undefined,
    @Req() request: Request,
  ): Promise<Configuration> {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    expectGzip(contentType);
    const content = await readBody(request, {
      what: 'a configuration',
      maxMb: this.env.BERTH_MAX_CONFIGURATION_MB,
      setting: 'BERTH_MAX_CONFIGURATION_MB',
    });
    const checked = await checkConfiguration(content, this.env.BERTH_MAX_CONFIGURATION_MB);
    const { sha256, sizeBytes } = checked;
    return this.idempotency.once({ request, bodySha256: sha256, status: 201 }, async (newId) => {
      const stored = await storeUploadedConfiguration(this.database, {
        ...(newId === undefined ? {} : { id: newId }),
        organizationId: caller.organizationId,
        workspaceId: workspace.id,
        sha256,
        sizeBytes,
        sealedContent: this.box.seal(CONFIGURATION_SEAL, content),
      });
      return {
        id: stored.id,
        workspaceId: workspace.id,
        sha256,
        sizeBytes,
        createdAt: stored.createdAt.toISOString(),
      };
    });
  }

  @Post('reuse')
  @HttpCode(200)
  @Describe({
    id: 'reuseConfiguration',
    permission: 'configurations:write',
    summary:
      'Make a configuration that was uploaded to this workspace before, known by its digest, the newest one again; 404 UNKNOWN_CONTENT says that it has to be uploaded',
    body: KnownConfiguration,
    answer: Configuration,
  })
  async reuse(
    @CallerParam() caller: UserCaller,
    @Param('workspace') idOrName: string,
    @Body(new ZodPipe(KnownConfiguration)) { sha256 }: KnownConfiguration,
  ): Promise<Configuration> {
    const workspace = await this.workspaces.find(caller.organizationId, idOrName);
    const known = await reuseConfiguration(this.database, { workspaceId: workspace.id, sha256 });
    if (known === null) {
      throw new ProblemError(
        404,
        'UNKNOWN_CONTENT',
        'nothing with this digest was uploaded to this workspace: upload it',
      );
    }
    const { id, sizeBytes, createdAt } = known;
    return { id, workspaceId: workspace.id, sha256, sizeBytes, createdAt: createdAt.toISOString() };
  }
}
