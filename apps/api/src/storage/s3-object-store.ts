import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  NoSuchKey,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { StorageUnavailable } from '../problems/storage-unavailable.js';
import { checkedKey, ObjectMissing, type ObjectStore } from './object-store.js';

export interface S3Settings {
  readonly bucket: string;
  readonly region: string;
  /** Of a service that speaks the same protocol; undefined for AWS itself. */
  readonly endpoint: string | undefined;
  /** Undefined: the SDK's own ways (environment, files, the machine's role). */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/** What is held of one upload: two parts of this size. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 2;
const CONNECT_MS = 10_000;
const ANSWER_MS = 60_000;
const PREFIX = 'berth/';

/** Objects in an S3 bucket. A multipart upload appears whole when it is completed, and not before. */
export class S3ObjectStore implements ObjectStore {
  private readonly client: S3Client;

  constructor(private readonly settings: S3Settings) {
    this.client = new S3Client({
      region: settings.region,
      // Services behind an address of their own seldom have a name for each bucket, or the newer checksums.
      ...(settings.endpoint === undefined
        ? {}
        : {
            endpoint: settings.endpoint,
            forcePathStyle: true,
            requestChecksumCalculation: 'WHEN_REQUIRED',
            responseChecksumValidation: 'WHEN_REQUIRED',
          }),
      ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
      requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS },
    });
  }

  async put(key: string, content: Readable): Promise<void> {
    let broken: Error | undefined;
    content.once('error', (error) => {
      broken = error;
    });
    const upload = new Upload({
      client: this.client,
      params: { Bucket: this.settings.bucket, Key: this.nameOf(key), Body: content },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
    });
    try {
      await upload.done();
    } catch (error) {
      content.destroy();
      // The stream's own errors are the caller's.
      throw broken ?? new StorageUnavailable(`cannot store object ${key}`, error);
    }
  }

  async get(key: string): Promise<{ sizeBytes: number; content: Readable }> {
    try {
      const command = new GetObjectCommand({ Bucket: this.settings.bucket, Key: this.nameOf(key) });
      const { Body, ContentLength } = await this.client.send(command);
      return { sizeBytes: ContentLength ?? 0, content: Body as Readable };
    } catch (error) {
      if (error instanceof NoSuchKey) {
        throw new ObjectMissing(key, error);
      }
      throw new StorageUnavailable(`cannot read object ${key}`, error);
    }
  }

  async remove(key: string): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.settings.bucket, Key: this.nameOf(key) });
    await this.foreseen(`remove object ${key}`, async () => this.client.send(command));
  }

  async removeHalves(olderThanMs: number): Promise<number> {
    const { bucket } = this.settings;
    const { Uploads = [] } = await this.foreseen('list broken uploads', async () =>
      this.client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: PREFIX })),
    );
    const old = Uploads.filter(({ Initiated }) => Date.now() - (Initiated?.getTime() ?? 0) > olderThanMs);
    for (const { Key, UploadId } of old) {
      const command = new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId });
      await this.foreseen(`remove the broken upload of ${String(Key)}`, async () =>
        this.client.send(command),
      );
    }
    return old.length;
  }

  private nameOf(key: string): string {
    return `${PREFIX}${checkedKey(key)}`;
  }

  private async foreseen<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new StorageUnavailable(`cannot ${what}`, error);
    }
  }
}
