import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import { from, mergeMap, type Observable } from 'rxjs';
import { contentTypeOf, typeOfBytes } from '../bodies/guessed-type.js';
import { parseJson, readJson } from '../bodies/json-body.js';
import { readBody } from '../bodies/read-body.js';
import type { SizeLimit } from '../bodies/size-limit.js';
import { keepField, WORKER_FIELDS } from './form-fields.js';
import { receiveUpload } from './upload.js';
import type { NamingFields } from './worker-of-request.js';
import { WORKER_JSON } from './worker-json.js';

const MAX_FORM: SizeLimit = { what: 'a form', maxMb: WORKER_JSON.maxMb };
const NO_FILES = { files: {}, fields: WORKER_FIELDS, ignored: MAX_FORM, discard: async () => undefined };

/** A worker may say in a form, of either kind, whatever it may say in JSON; operations with it describe `alsoForms`. */
@Injectable()
export class FormBodies implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    return from(this.read(request)).pipe(mergeMap(() => next.handle()));
  }

  private async read(request: Request): Promise<void> {
    if (isMultipart(request)) {
      request.body = (await receiveUpload(request, NO_FILES)).fields;
    } else if (isUrlencoded(request)) {
      request.body = await readUrlencoded(request);
    }
  }
}

export function isMultipart(request: Request): boolean {
  return contentTypeOf(request) === 'multipart/form-data';
}

function isUrlencoded(request: Request): boolean {
  return contentTypeOf(request) === 'application/x-www-form-urlencoded';
}

/** What a worker says with no file: in a form or in JSON. @throws ProblemError 400, 408, 413, 415 */
export async function readFields(request: Request): Promise<NamingFields> {
  const said = isUrlencoded(request)
    ? await readUrlencoded(request)
    : (await readJson(request, WORKER_JSON)).value;
  return (said ?? {}) as NamingFields;
}

/** JSON that its sender has not called so, as curl does, is read as JSON. */
async function readUrlencoded(request: Request): Promise<unknown> {
  const content = await readBody(request, MAX_FORM);
  if (typeOfBytes(content) === 'application/json') {
    return parseJson(content, WORKER_JSON);
  }
  const fields = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(content.toString('utf8'))) {
    keepField(fields, WORKER_FIELDS, { name, value, truncated: false });
  }
  return fields;
}
