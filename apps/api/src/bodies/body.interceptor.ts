import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { from, mergeMap, type Observable } from 'rxjs';
import { DESCRIPTION, type Description } from '../openapi/describe.js';
import { USUAL_JSON } from '../openapi/json-limits.js';
import { contentTypeOf, guessType } from './guessed-type.js';
import { readJson } from './json-body.js';

export interface WithBodyHash {
  /** SHA-256 of the bytes of a JSON body. */
  bodySha256?: string;
}

/**
 * Reads the JSON that an operation takes, within what the operation allows. Guards come first: of a caller who is not
 * known, or may not, no byte is read. Bodies of other types are read by their operations.
 */
@Injectable()
export class BodyInterceptor implements NestInterceptor {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const description = this.reflector.get<Description | undefined>(DESCRIPTION, context.getHandler());
    const request = context.switchToHttp().getRequest<Request & WithBodyHash>();
    if (description?.body !== undefined && !(description.alsoForms === true && isForm(request))) {
      return from(takeJson(request, description)).pipe(mergeMap(() => next.handle()));
    }
    // Agents say what they send, and what looks like JSON may be the beginning of a state.
    if (description?.bodyType === 'application/gzip') {
      return from(guessType(request)).pipe(mergeMap(() => next.handle()));
    }
    return next.handle();
  }
}

function isForm(request: Request): boolean {
  return ['multipart/form-data', 'application/x-www-form-urlencoded'].includes(contentTypeOf(request));
}

async function takeJson(request: Request & WithBodyHash, { bodyLimits }: Description): Promise<void> {
  const { value, sha256 } = await readJson(request, { ...USUAL_JSON, ...bodyLimits });
  request.body = value;
  request.bodySha256 = sha256;
}
