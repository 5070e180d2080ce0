import type { Readable } from 'node:stream';
import type { StoredObject } from '@berth/persistence';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import type { Request } from 'express';
import { followArrival } from '../bodies/body-arrival.js';
import { ProblemError } from '../problems/problem-error.js';

/** What an upload holds, once all of it has arrived and is stored. */
export interface Upload {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: ReadonlyMap<string, StoredObject>;
}

export interface UploadPlan {
  /** The files that are wanted, and how each is stored. Others are refused. */
  readonly files: Readonly<Record<string, (content: Readable, fileName: string) => Promise<StoredObject>>>;
  /** What is known when a file begins, so that one that nobody wants need not arrive. */
  readonly beforeFile?: (fields: Readonly<Record<string, string>>) => Promise<void>;
  readonly discard: (object: StoredObject) => Promise<void>;
}

const MAX_FIELDS = 50;
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
  let over: () => void = () => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      parser.on('field', (name, value, nameTruncated, valueTruncated) => {
        if (nameTruncated || valueTruncated) {
          reject(tooLong(name));
        }
        fields[name] = value;
      });
      parser.on('file', (name, content, fileName) => {
        // The stream's errors reach whoever stores it; one that is refused has nobody else to hear them.
        content.on('error', () => undefined);
        contents.push(content);
        const stored = storeFile({ name, content, fileName: shownName(fileName), fields, files, plan });
        stored.catch((error: unknown) => {
          content.resume();
          reject(error instanceof Error ? error : new Error(String(error)));
        });
        arriving.push(stored);
      });
      parser.once('fieldsLimit', () => {
        reject(malformed(`it has more than ${MAX_FIELDS} fields`));
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

async function storeFile({ name, content, fileName, fields, files, plan }: ArrivingFile): Promise<void> {
  const store = plan.files[name];
  if (store === undefined || files.has(name)) {
    const wanted = Object.keys(plan.files).join(', ');
    throw new ProblemError(
      400,
      'UNEXPECTED_FILE',
      `"${name}": the files of this upload are, once each: ${wanted}`,
    );
  }
  await plan.beforeFile?.(fields);
  files.set(name, await store(content, fileName));
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
      limits: { fields: MAX_FIELDS, fieldSize: MAX_FIELD_BYTES },
    });
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : String(error));
  }
}

function malformed(why: string): ProblemError {
  return new ProblemError(400, 'MALFORMED_MULTIPART', `the upload is no multipart form: ${why}`);
}

function tooLong(name: string): ProblemError {
  return new ProblemError(
    413,
    'BODY_TOO_LARGE',
    `${name}: a field may have ${MAX_FIELD_BYTES / 1024} KB at the most`,
  );
}

/** The last part of the path that the sender gave, without what a header could not hold. */
function shownName(fileName: string | undefined): string {
  const last = (fileName ?? '').split(/[/\\]/).at(-1) ?? '';
  // eslint-disable-next-line no-control-regex -- control characters are what must go
  return last.replaceAll(/[\u0000-\u001f\u007f"]/g, '_').slice(0, 200) || 'file';
}
