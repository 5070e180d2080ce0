import { createHash } from 'node:crypto';
import { LOGGER, type Logger } from '@berth/observability';
import { Database } from '@berth/persistence';
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

interface Remembered {
  readonly requestHash: string;
  readonly status: number | null;
  readonly response: unknown;
}

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
    const key = request.headers['idempotency-key'];
    const { caller } = request;
    // The build workers' protocol knows no such key, and what it answers with is not to be kept.
    if (!request.path.startsWith('/api/v1/')) {
      return next.handle();
    }
    if (request.method !== 'POST' || typeof key !== 'string' || caller?.kind !== 'user') {
      return next.handle();
    }
    if (key.length === 0 || key.length > 255) {
      throw new ProblemError(400, 'INVALID_REQUEST', 'Idempotency-Key: must have 1 to 255 characters');
    }
    const { organizationId } = caller;
    const requestHash = hashOf(request);
    const response = http.getResponse<Response>();
    return from(this.begin(organizationId, key, requestHash)).pipe(
      mergeMap((begun) => {
        if ('status' in begun) {
          response.status(begun.status);
          return of(begun.response);
        }
        request.newId = begun.newId;
        return next.handle().pipe(
          mergeMap(async (answer: unknown) => {
            await this.remember(organizationId, key, response.statusCode, answer);
            return answer;
          }),
          // What failed may be tried again with the same key, and creates under the same id.
          catchError((error: unknown) =>
            from(this.letGo(organizationId, key)).pipe(mergeMap(() => throwError(() => error))),
          ),
        );
      }),
    );
  }

  /** The answer of before, or the id under which this request creates: the same one until it is answered. */
  private async begin(organizationId: string, key: string, requestHash: string): Promise<Begun> {
    const [first] = await this.database.rows<{ newId: string }>(
      `with first as (
         insert into idempotency_keys as k (organization_id, key, request_hash) values ($1, $2, $3)
         on conflict (organization_id, key) do update set request_hash = excluded.request_hash, status = null,
           response = null, created_at = now(), held_until = excluded.held_until,
           resource_id = case when k.status is null and k.request_hash = excluded.request_hash
             then k.resource_id else excluded.resource_id end
         where k.created_at < now() - interval '1 day' or (k.status is null and k.held_until < now())
         returning resource_id
       )
       select resource_id as "newId" from first`,
      [organizationId, key, requestHash],
    );
    if (first !== undefined) {
      return first;
    }
    const [before] = await this.database.rows<Remembered>(
      `select request_hash as "requestHash", status, response from idempotency_keys where organization_id = $1 and key = $2`,
      [organizationId, key],
    );
    if (before === undefined || before.status === null) {
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

  private async remember(
    organizationId: string,
    key: string,
    status: number,
    answer: unknown,
  ): Promise<void> {
    await this.database.rows(
      'update idempotency_keys set status = $3, response = $4::jsonb where organization_id = $1 and key = $2',
      [organizationId, key, status, JSON.stringify(answer ?? null)],
    );
  }

  /** Without it, whoever asks again would have to wait for the minute that a crashed api is given. */
  private async letGo(organizationId: string, key: string): Promise<void> {
    await this.database
      .rows(
        `update idempotency_keys set held_until = now() - interval '1 second'
         where organization_id = $1 and key = $2 and status is null`,
        [organizationId, key],
      )
      .catch((error: unknown) => {
        this.logger.warn(`an Idempotency-Key is held for up to a minute: ${String(error)}`);
      });
  }
}

function hashOf(request: Request): string {
  const body: unknown = request.body;
  const text = `${request.method} ${request.path} ${JSON.stringify(body ?? null)} ${request.headers['content-length'] ?? ''}`;
  return createHash('sha256').update(text).digest('hex');
}
