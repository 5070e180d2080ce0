import { StoredSource } from '@berth/contracts';
import { Controller, Headers, Inject, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { CallerParam, type UserCaller } from '../auth/caller.js';
import { API_ENV, type ApiEnv } from '../env.js';
import { expectGzip } from '../bodies/gzip-type.js';
import { receiveBody } from '../bodies/receive-body.js';
import { storeChecked } from '../configurations/check-source.js';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import { Describe } from '../openapi/describe.js';
import { StoredFiles } from '../storage/stored-files.service.js';

@Controller('api/v1/sources')
export class SourcesController {
  constructor(
    @Inject(StoredFiles) private readonly files: StoredFiles,
    @Inject(IdempotencyService) private readonly idempotency: IdempotencyService,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  @Post()
  @Describe({
    id: 'uploadSource',
    permission: 'builds:submit',
    summary:
      'Upload the source of a build (a tar.gz, refused where no agent could unpack it); one that no build uses within a day is removed',
    bodyType: 'application/gzip',
    status: 201,
    answer: StoredSource,
    idempotent: true,
  })
  async upload(
    @CallerParam() caller: UserCaller,
    @Headers('content-type') contentType: string | undefined,
    @Req() request: Request,
  ): Promise<StoredSource> {
    expectGzip(contentType);
    const arrival = {
      organizationId: caller.organizationId,
      fileName: 'source.tar.gz',
      maxMb: this.env.BERTH_MAX_SOURCE_MB,
      setting: 'BERTH_MAX_SOURCE_MB',
      what: 'a source',
    };
    const { id, sizeBytes, sha256 } = await receiveBody(request, async (content) =>
      storeChecked(
        content,
        async (checked) => this.files.receive(checked, arrival),
        async (stored) => this.files.discard(stored.id),
      ),
    );
    let kept = false;
    try {
      const asked = { request, bodySha256: sha256, status: 201 };
      const answer = await this.idempotency.once(asked, async () =>
        Promise.resolve({ id, sizeBytes, sha256 }),
      );
      kept = answer.id === id;
      return answer;
    } finally {
      if (!kept) {
        await this.files.discard(id);
      }
    }
  }
}
