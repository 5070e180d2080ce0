import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { StoredObject } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { API_ENV, type ApiEnv } from '../env.js';
import { tooLarge } from '../bodies/size-limit.js';
import { SecretBox } from '../secrets/secret-box.js';
import { Measure } from '../storage/measure.js';
import { StoredFiles } from '../storage/stored-files.service.js';
import { receiveUpload, type Upload, type UploadPlan } from './upload.js';

const CERTS_SEAL = 'build certs';
/** Signing material is a few files; it is sealed in memory. */
const MAX_CERTS_MB = 10;

/** What builds bring along and leave behind. Certs are secrets: they are stored sealed. */
@Injectable()
export class BuildFiles {
  constructor(
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(StoredFiles) private readonly files: StoredFiles,
    @Inject(SecretBox) private readonly box: SecretBox,
  ) {}

  async receiveSource(request: Request, organizationId: string): Promise<Upload> {
    const limit = { maxMb: this.env.BERTH_MAX_SOURCE_MB, setting: 'BERTH_MAX_SOURCE_MB' };
    return receiveUpload(request, {
      files: {
        source: async (content, fileName) =>
          this.files.receive(content, { organizationId, fileName, ...limit, what: 'a source' }),
        certs: async (content, fileName) => this.receiveCerts(content, organizationId, fileName),
      },
      discard: async ({ id }) => this.files.discard(id),
    });
  }

  async receiveResult(
    request: Request,
    organizationId: string,
    beforeFile: NonNullable<UploadPlan['beforeFile']>,
  ): Promise<Upload> {
    const limit = { maxMb: this.env.BERTH_MAX_RESULT_MB, setting: 'BERTH_MAX_RESULT_MB' };
    return receiveUpload(request, {
      files: {
        result: async (content, fileName) =>
          this.files.receive(content, { organizationId, fileName, ...limit, what: 'a result' }),
      },
      beforeFile,
      discard: async ({ id }) => this.files.discard(id),
    });
  }

  async discard(objects: readonly StoredObject[]): Promise<void> {
    await Promise.all(objects.map(async ({ id }) => this.files.discard(id)));
  }

  async send(response: Response, object: StoredObject): Promise<void> {
    await this.files.send(response, object);
  }

  async sendCerts(response: Response, object: StoredObject): Promise<void> {
    const sealed = await buffer(await this.files.open(object));
    response.setHeader('cache-control', 'no-store');
    response.attachment(object.fileName);
    response.status(200).type('application/octet-stream').send(this.box.open(CERTS_SEAL, sealed));
  }

  private async receiveCerts(
    content: Readable,
    organizationId: string,
    fileName: string,
  ): Promise<StoredObject> {
    const limit = { what: 'certs', maxMb: MAX_CERTS_MB };
    const measure = new Measure(MAX_CERTS_MB * 1024 * 1024, () => tooLarge(limit));
    content.once('error', (error) => {
      measure.destroy(error);
    });
    const sealed = this.box.seal(CERTS_SEAL, await buffer(content.pipe(measure)));
    const arrival = { organizationId, fileName, maxMb: MAX_CERTS_MB + 1, what: 'certs' };
    return this.files.receive(Readable.from([sealed]), arrival);
  }
}
