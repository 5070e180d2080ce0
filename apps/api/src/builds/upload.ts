import type { Readable } from 'node:stream';
import type { StoredObject } from '@berth/persistence';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import type { Request } from 'express';
import { followArrival } from '../bodies/body-arrival.js';
import { tooLarge, type SizeLimit } from '../bodies/size-limit.js';
import { invalidField, ProblemError } from '../problems/problem-error.js';
import { keepField, type FieldLimits } from './form-fields.js';

/** What an upload holds, once all of it has arrived and is stored. */
export interface Upload {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: ReadonlyMap<string, StoredObject>;
}

/** Null where there was nothing in the file: it counts as not sent. */
export type StoreFile = (content: Readable, fileName: string) => Promise<StoredObject | null>;

export interface UploadPlan {
  /** The files that are wanted, once each, and how each is stored. Of others the bytes are read and nothing is kept. */
  readonly files: Readonly<Record<string, StoreFile>>;
  /** The fields that are wanted, once each, and how long each may be. Others are ignored. */
  readonly fields: FieldLimits;
  /** How much may arrive of files that nobody wants. */
  readonly ignored: SizeLimit;
  /** What is known when a file begins, so that one that nobody wants need not arrive. */
  readonly beforeFile?: (fields: Readonly<Record<string, string>>) => Promise<void>;
  readonly discard: (object: StoredObject) => Promise<void>;
}

/** Of all fields and files together, wanted or not. */
const MAX_PARTS = 2_000;
/** What a field has beyond is not held; those that are cut are far shorter. */
const MAX_FIELD_BYTES = 64 * 1024;

/**
 * Takes a multipart upload apart and stores its files while they arrive. Either all of it is there, or nothing of it
 * stays. @throws ProblemError 400, 413, 415
 */
export async function receiveUpload(request: Request, plan: UploadPlan): Promise<Upload> {
  const parser = parserFor(request);
  const fields = Object.create(null) as Record<string, string>;
  const contents: Readable[] = [];
  const arriving: Promise<void>[] = [];
  const files = new Map<string, StoredObject>();
  const begun = new Set<string>();
  const drain = drainFor(plan.ignored);
  let over: () => void = () => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      parser.on('field', (name, value, _, truncated) => {
        try {
          keepField(fields, plan.fields, { name, value, truncated });
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
      parser.on('file', (name, content, fileName) => {
        // The stream's errors reach whoever stores it; one that is refused has nobody else to hear them.
        content.on('error', () => undefined);
        contents.push(content);
        const isWanted = Object.hasOwn(plan.files, name);
        const isFirst = !begun.has(name);
        begun.add(name);
        const arrived = { name, content, fileName: shownName(fileName), fields, files, plan };
        const stored = isWanted ? storeFile(arrived, isFirst) : drain(content);
        stored.catch((error: unknown) => {
          content.resume();
          reject(error instanceof Error ? error : new Error(String(error)));
        });
        arriving.push(stored);
      });
      parser.once('partsLimit', () => {
        reject(malformed(`it has more than ${MAX_PARTS} fields and files`));
      });
      parser.once('error', (error) => {
        reject(malformed(error instanceof Error ? error.message : String(error)));
      });
      parser.once('finish', resolve);
      over = followArrival(request, reject);
      request.pipe(parser);
    });
    await Promise.all(arriving);
    return { fields, files };
  } catch (error) {
    abandon(request, parser, contents);
    await Promise.allSettled(arriving);
    await Promise.all([...files.values()].map(async (object) => plan.discard(object)));
    throw error;
  } finally {
    over();
  }
}

interface ArrivingFile {
  readonly name: string;
  readonly content: Readable;
  readonly fileName: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly files: Map<string, StoredObject>;
  readonly plan: UploadPlan;
}

async function storeFile(
  { name, content, fileName, fields, files, plan }: ArrivingFile,
  isFirst: boolean,
): Promise<void> {
  const store = plan.files[name];
  if (store === undefined || !isFirst) {
    throw invalidField(name, 'must be given once: this upload has two files of that name');
  }
  await plan.beforeFile?.(fields);
  const object = await store(content, fileName);
  if (object !== null) {
    files.set(name, object);
  }
}

/** Reads files that nobody wants, all of them up to one limit together. */
function drainFor(limit: SizeLimit): (content: Readable) => Promise<void> {
  let room = limit.maxMb * 1024 * 1024;
  return async (content) => {
    for await (const piece of content) {
      room -= (piece as Buffer).length;
      if (room < 0) {
        throw tooLarge(limit);
      }
    }
  };
}

/** Whoever stores its files hears that no more of them comes. */
function abandon(request: Request, parser: BusboyInstance, contents: readonly Readable[]): void {
  request.unpipe(parser);
  const gaveUp = new Error('the upload was given up');
  for (const content of contents) {
    content.destroy(gaveUp);
  }
  parser.destroy();
}

function parserFor(request: Request): BusboyInstance {
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\s*;.*boundary=/i.test(type)) {
    throw new ProblemError(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      `content-type must be multipart/form-data with a boundary, it is "${type}"`,
    );
  }
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      limits: { parts: MAX_PARTS, fieldSize: MAX_FIELD_BYTES },
    });
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : String(error));
  }
}

function malformed(why: string): ProblemError {
  return new ProblemError(400, 'MALFORMED_MULTIPART', `the upload is no multipart form: ${why}`);
}

/** The last part of the path that the sender gave, without what a header could not hold. */
function shownName(fileName: string | undefined): string {
  const last = (fileName ?? '').split(/[/\\]/).at(-1) ?? '';
  // eslint-disable-next-line no-control-regex -- control characters are what must go
  return last.replaceAll(/[\u0000-\u001f\u007f"]/g, '_').slice(0, 200) || 'file';
}
