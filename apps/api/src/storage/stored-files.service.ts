import { once } from 'node:events';
import { pipeline, type Readable } from 'node:stream';
import { pipeline as piped } from 'node:stream/promises';
import { LOGGER, type Logger } from '@berth/observability';
import {
  announceObject,
  completeObject,
  Database,
  forgetObject,
  isObjectUnwanted,
  renounceObjects,
  type StoredObject,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { tooLarge, type SizeLimit } from '../bodies/size-limit.js';
import { ProblemError } from '../problems/problem-error.js';
import { StorageUnavailable } from '../problems/storage-unavailable.js';
import { DataKeys } from '../secrets/data-keys.js';
import { OpenStream, sealedSize, SealStream } from '../secrets/sealed-stream.js';
import { Measure, Verify } from './measure.js';
import { ObjectMissing, type ObjectStore } from './object-store.js';

/** Injects the store. */
export const OBJECT_STORE = Symbol('object store');

export interface Arrival extends SizeLimit {
  readonly organizationId: string;
  /** As the sender calls it; it is only ever shown. */
  readonly fileName: string;
}

/** A socket that takes nothing for so long is closed, in milliseconds. */
const IDLE_MS = 60_000;

/** Files with their rows: a row is whole when its bytes are. They are sealed in the store, and plain on both sides of this. */
@Injectable()
export class StoredFiles {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(DataKeys) private readonly keys: DataKeys,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Stores a stream, whole or not at all. @throws ProblemError 413, StorageUnavailable, and what the stream throws */
  async receive(content: Readable, arrival: Arrival): Promise<StoredObject> {
    const { organizationId, fileName, maxMb } = arrival;
    const id = await announceObject(this.database, organizationId, fileName);
    const measure = new Measure(maxMb * 1024 * 1024, () => tooLarge(arrival));
    const sealed = new SealStream(this.keys.present, id);
    // The store reads what is sealed, which breaks with whatever breaks the content.
    pipeline(content, measure, sealed, () => undefined);
    try {
      await this.store.put(id, sealed);
      const stored = { id, sizeBytes: measure.sizeBytes, sha256: measure.sha256() };
      await completeObject(this.database, stored);
      return { ...stored, fileName, isSealed: true };
    } catch (error) {
      content.destroy();
      await this.discard(id);
      throw error;
    }
  }

  /** What nobody refers to is removed; where that fails now, the sweep does it. */
  async discard(id: string): Promise<void> {
    try {
      await renounceObjects(this.database, [id]);
      await this.removeUnwanted(id);
    } catch (error) {
      this.logger.warn({ object: id }, `an object is removed later: ${String(error)}`);
    }
  }

  /** The bytes of an object that is marked unwanted, and then its row. */
  async removeUnwanted(id: string): Promise<void> {
    if (await isObjectUnwanted(this.database, id)) {
      await this.store.remove(id);
      await forgetObject(this.database, id);
    }
  }

  /**
   * Every byte, opened and checked. @throws ProblemError 404 where it is gone; DataKeyUnknown, StorageUnavailable; Error where
   * it is seen to be another one before any of it is given
   */
  async open(object: StoredObject): Promise<Readable> {
    const { sizeBytes, content } = await this.found(object);
    const expected = object.isSealed ? sealedSize(object.sizeBytes) : object.sizeBytes;
    if (sizeBytes !== expected) {
      content.destroy();
      throw new Error(`object ${object.id} has ${sizeBytes} bytes, and had ${expected} when it was stored`);
    }
    const verify = new Verify(object.sha256);
    if (object.isSealed) {
      pipeline(content, new OpenStream(this.keys, object.id), verify, () => undefined);
    } else {
      pipeline(content, verify, () => undefined);
    }
    await begun(verify, object);
    return verify;
  }

  /** Sends the object as a download. A caller who goes away is no error. */
  async send(response: Response, object: StoredObject, fileName = object.fileName): Promise<void> {
    const content = await this.open(object);
    response.status(200).setHeader('content-type', 'application/octet-stream');
    response.setHeader('content-length', object.sizeBytes);
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-berth-sha256', object.sha256);
    response.attachment(fileName);
    response.type('application/octet-stream');
    response.setTimeout(IDLE_MS, () => {
      response.destroy();
    });
    await piped(content, response).catch((error: unknown) => {
      if (!isGoneAway(error)) {
        this.logger.error({ object: object.id }, `a download broke off: ${String(error)}`);
      }
      response.destroy();
    });
  }

  private async found(object: StoredObject) {
    try {
      return await this.store.get(object.id);
    } catch (error) {
      if (error instanceof ObjectMissing) {
        throw new ProblemError(
          404,
          'NOT_STORED',
          `the file "${object.fileName}" is not in the store any more`,
          {
            cause: error,
          },
        );
      }
      throw error;
    }
  }
}

/** The first bytes tell what is known of their key. Afterwards an answer has begun, and can only break off. */
async function begun(content: Readable, { id }: StoredObject): Promise<void> {
  const deadline = AbortSignal.timeout(IDLE_MS);
  try {
    await once(content, 'readable', { signal: deadline });
  } catch (error) {
    content.destroy();
    throw deadline.aborted ? new StorageUnavailable(`object ${id} does not begin`, error) : error;
  }
}

function isGoneAway(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
}
