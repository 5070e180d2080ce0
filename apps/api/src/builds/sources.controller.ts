import { StoredSource } from '@berth/contracts';
import { Controller, Headers, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { storeChecked } from '../configurations/check-source.js';
import { expectGzip } from '../gzip-type.js';
import { Describe } from '../openapi/describe.js';
import { StoredFiles } from '../storage/stored-files.service.js';
import { receiveBody } from './receive-body.js';

@Controller('api/v1/sources')
export class SourcesController {
  constructor(
    @Inject(StoredFiles) private readonly files: StoredFiles,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Post()
  @Describe({
    summary:
      'Upload the source of a build (a tar.gz, refused where no agent could unpack it); one that no build uses within a day is removed',
    bodyType: 'application/gzip',
    status: 201,
    answer: StoredSource,
  })
  async upload(
    @CallerParam() caller: UserCaller,
    @Headers('content-type') contentType: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StoredSource> {
    expectGzip(contentType);
    const arrival = {
      organizationId: caller.organizationId,
      fileName: 'source.tar.gz',
      maxMb: this.env.BERTH_MAX_SOURCE_MB,
      setting: 'BERTH_MAX_SOURCE_MB',
      what: 'a source',
    };
    const { id, sizeBytes, sha256 } = await receiveBody(request, response, async (content) =>
      storeChecked(
        content,
        async (checked) => this.files.receive(checked, arrival),
        async (stored) => this.files.discard(stored.id),
      ),
    );
    return { id, sizeBytes, sha256 };
  }
}
