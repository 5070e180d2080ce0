import { PassThrough } from 'node:stream';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { from, mergeMap, type Observable } from 'rxjs';
import { ProblemError } from '../problems/problem-error.js';
import { tooLarge, type SizeLimit } from '../size-limit.js';
import { onBreakOff, refuseRest } from './arriving-request.js';
import { keepField, WORKER_FIELDS } from './form-fields.js';
import { receiveUpload } from './upload.js';

const MAX_FORM: SizeLimit = { what: 'a form', maxMb: 1 };

/** A worker may say in a form, of either kind, whatever it may say in JSON. It is read once its sender is known. */
@Injectable()
export class FormBodies implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    return from(this.read(request, http.getResponse<Response>())).pipe(mergeMap(() => next.handle()));
  }

  private async read(request: Request, response: Response): Promise<void> {
    const fields = isMultipart(request)
      ? (await receiveUpload(request, response, NO_FILES)).fields
      : await readUrlencoded(request, response);
    if (fields !== null) {
      request.body = fields;
    }
  }
}

const NO_FILES = { files: {}, fields: WORKER_FIELDS, ignored: MAX_FORM, discard: async () => undefined };

export function isMultipart(request: Request): boolean {
  return request.headers['content-type']?.toLowerCase().startsWith('multipart/form-data') === true;
}

/** Null where the request is no such form. @throws ProblemError 400, 413 */
export async function readUrlencoded(
  request: Request,
  response: Response,
): Promise<Readonly<Record<string, string>> | null> {
  if (
    request.headers['content-type']?.toLowerCase().startsWith('application/x-www-form-urlencoded') !== true
  ) {
    return null;
  }
  const text = await readText(request, response);
  const fields = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(text)) {
    keepField(fields, WORKER_FIELDS, { name, value, truncated: false });
  }
  return fields;
}

async function readText(request: Request, response: Response): Promise<string> {
  const content = new PassThrough();
  const over = onBreakOff(request, () => {
    content.destroy(
      new ProblemError(400, 'BODY_BROKE_OFF', 'the body broke off before all of it had arrived'),
    );
  });
  request.pipe(content);
  try {
    const pieces: Buffer[] = [];
    let room = MAX_FORM.maxMb * 1024 * 1024;
    for await (const piece of content) {
      room -= (piece as Buffer).length;
      if (room < 0) {
        throw tooLarge(MAX_FORM);
      }
      pieces.push(piece as Buffer);
    }
    return Buffer.concat(pieces).toString('utf8');
  } catch (error) {
    request.unpipe(content);
    refuseRest(request, response);
    throw error;
  } finally {
    over();
  }
}
