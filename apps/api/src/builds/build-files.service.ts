import { pipeline, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { StoredObject } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { API_ENV, type ApiEnv } from '../env.js';
import { tooLarge } from '../bodies/size-limit.js';
import { ProblemError } from '../problems/problem-error.js';
import { SecretBox } from '../secrets/secret-box.js';
import { Measure } from '../storage/measure.js';
import { StoredFiles, type Arrival } from '../storage/stored-files.service.js';
import { PASSWORD_FIELDS, passwordsOf, type CertPasswords } from './cert-passwords.js';
import { Beginning, holdsNothing } from './empty-source.js';
import { WORKER_FIELDS, type FieldLimit } from './form-fields.js';
import { receiveUpload, type Upload, type UploadPlan } from './upload.js';
import { CERTS_SEAL, CERT_PASSWORDS_SEAL } from '../secrets/seals.js';

const SHORT: FieldLimit = { maxLength: 100 };
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
          this.receiveFilled(content, { organizationId, fileName, ...limit, what: 'a source' }),
        certs: async (content, fileName) => this.receiveCerts(content, organizationId, fileName),
      },
      fields: { platform: SHORT, ...PASSWORD_FIELDS },
      ignored: { ...limit, what: 'all that is not a source' },
      discard: async ({ id }) => this.files.discard(id),
    });
  }

  /** @param names of the file; clients call it by one of them */
  async receiveResult(
    request: Request,
    organizationId: string,
    { names, beforeFile }: { readonly names: readonly string[] } & Pick<UploadPlan, 'beforeFile'>,
  ): Promise<Upload> {
    const limit = { maxMb: this.env.BERTH_MAX_RESULT_MB, setting: 'BERTH_MAX_RESULT_MB' };
    const receive = async (content: Readable, fileName: string): Promise<StoredObject> =>
      this.files.receive(content, { organizationId, fileName, ...limit, what: 'a result' });
    return receiveUpload(request, {
      files: Object.fromEntries(names.map((name) => [name, receive])),
      fields: WORKER_FIELDS,
      ignored: { ...limit, what: 'all that is not a result' },
      ...(beforeFile === undefined ? {} : { beforeFile }),
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
    const certs = await this.openCerts(object);
    response.setHeader('cache-control', 'no-store');
    response.attachment(object.fileName);
    response.status(200).type('application/octet-stream').send(certs);
  }

  /** As they were given at the submission. */
  async openCerts(object: StoredObject): Promise<Buffer> {
    return this.box.open(CERTS_SEAL, await buffer(await this.files.open(object)));
  }

  /** Null where none were given in fields of their own. */
  sealPasswords(fields: Upload['fields']): Buffer | null {
    const passwords = passwordsOf(fields);
    return Object.keys(passwords).length === 0
      ? null
      : this.box.seal(CERT_PASSWORDS_SEAL, Buffer.from(JSON.stringify(passwords)));
  }

  openPasswords(sealed: Buffer | null): CertPasswords {
    return sealed === null
      ? {}
      : (JSON.parse(this.box.open(CERT_PASSWORDS_SEAL, sealed).toString('utf8')) as CertPasswords);
  }

  /** @throws ProblemError 400 where there is nothing in it */
  private async receiveFilled(content: Readable, arrival: Arrival): Promise<StoredObject> {
    const beginning = new Beginning();
    pipeline(content, beginning, () => undefined);
    const object = await this.files.receive(beginning, arrival);
    if (holdsNothing(beginning.bytes, object.sizeBytes)) {
      await this.files.discard(object.id);
      throw new ProblemError(
        400,
        'SOURCE_EMPTY',
        'source: there is nothing in it: send a tar.gz or zip with files',
      );
    }
    return object;
  }

  /** Null where a form has an input for certs and nobody chose any. */
  private async receiveCerts(
    content: Readable,
    organizationId: string,
    fileName: string,
  ): Promise<StoredObject | null> {
    const limit = { what: 'certs', maxMb: MAX_CERTS_MB };
    const measure = new Measure(MAX_CERTS_MB * 1024 * 1024, () => tooLarge(limit));
    content.once('error', (error) => {
      measure.destroy(error);
    });
    const certs = await buffer(content.pipe(measure));
    if (certs.length === 0) {
      return null;
    }
    const sealed = this.box.seal(CERTS_SEAL, certs);
    const arrival = { organizationId, fileName, maxMb: MAX_CERTS_MB + 1, what: 'certs' };
    return this.files.receive(Readable.from([sealed]), arrival);
  }
}
