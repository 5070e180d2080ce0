import { createHash } from 'node:crypto';
import { LOGGER, type Logger } from '@berth/observability';
import {
  Database,
  holdIdempotencyKey,
  keepAnswer,
  readKeptAnswer,
  releaseIdempotencyKey,
  type IdempotencyKey,
} from '@berth/persistence';
import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { catchError, from, mergeMap, of, throwError, type Observable } from 'rxjs';
import type { WithCaller } from '../auth/caller.js';
import { ProblemError } from '../problems/problem-error.js';

type Begun = { readonly newId: string } | { readonly status: number; readonly response: unknown };

/** A POST with an Idempotency-Key that was answered before gets the same answer, and creates nothing more. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request & WithCaller>();
    const given = request.headers['idempotency-key'];
    const { caller } = request;
    // The build workers' protocol knows no such key, and what it answers with is not to be kept.
    if (!request.path.startsWith('/api/v1/')) {
      return next.handle();
    }
    if (request.method !== 'POST' || typeof given !== 'string' || caller?.kind !== 'user') {
      return next.handle();
    }
    if (given.length === 0 || given.length > 255) {
      throw new ProblemError(400, 'INVALID_REQUEST', 'Idempotency-Key: must have 1 to 255 characters');
    }
    const key = { organizationId: caller.organizationId, key: given };
    const requestHash = hashOf(request);
    const response = http.getResponse<Response>();
    return from(this.begin(key, requestHash)).pipe(
      mergeMap((begun) => {
        if ('status' in begun) {
          response.status(begun.status);
          return of(begun.response);
        }
        request.newId = begun.newId;
        return next.handle().pipe(
          mergeMap(async (answer: unknown) => {
            await keepAnswer(this.database, key, { status: response.statusCode, response: answer });
            return answer;
          }),
          // What failed may be tried again with the same key, and creates under the same id.
          catchError((error: unknown) => from(this.letGo(key)).pipe(mergeMap(() => throwError(() => error)))),
        );
      }),
    );
  }

  /** The answer of before, or the id under which this request creates: the same one until it is answered. */
  private async begin(key: IdempotencyKey, requestHash: string): Promise<Begun> {
    const newId = await holdIdempotencyKey(this.database, key, requestHash);
    if (newId !== null) {
      return { newId };
    }
    const before = await readKeptAnswer(this.database, key);
    if (before === null || before.status === null) {
      throw new ProblemError(
        409,
        'IDEMPOTENCY_KEY_IN_USE',
        'a request with this Idempotency-Key is being worked on: try again in a moment',
      );
    }
    if (before.requestHash !== requestHash) {
      throw new ProblemError(
        422,
        'IDEMPOTENCY_KEY_REUSED',
        'this Idempotency-Key was used for another request: give each its own',
      );
    }
    return { status: before.status, response: before.response };
  }

  /** Without it, whoever asks again would have to wait for the minute that a crashed api is given. */
  private async letGo(key: IdempotencyKey): Promise<void> {
    await releaseIdempotencyKey(this.database, key).catch((error: unknown) => {
      this.logger.warn(`an Idempotency-Key is held for up to a minute: ${String(error)}`);
    });
  }
}

function hashOf(request: Request): string {
  const body: unknown = request.body;
  const text = `${request.method} ${request.path} ${JSON.stringify(body ?? null)} ${request.headers['content-length'] ?? ''}`;
  return createHash('sha256').update(text).digest('hex');
}
