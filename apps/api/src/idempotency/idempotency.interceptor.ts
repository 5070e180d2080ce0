import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { WithCaller } from '../auth/caller.js';
import type { WithBodyHash } from '../bodies/body.interceptor.js';
import { DESCRIPTION, type Description } from '../openapi/describe.js';
import { IdempotencyService } from './idempotency.service.js';

/** Serves the operations with a JSON body that say to be idempotent; those with another body ask for it themselves. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(IdempotencyService) private readonly idempotency: IdempotencyService,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const description = this.reflector.get<Description | undefined>(DESCRIPTION, context.getHandler());
    const request = context.switchToHttp().getRequest<Request & WithCaller & WithBodyHash>();
    const { bodySha256 } = request;
    if (description?.idempotent !== true || bodySha256 === undefined) {
      return next.handle();
    }
    const asked = { request, bodySha256, status: description.status ?? 200 };
    return from(
      this.idempotency.once(asked, async (newId) => {
        if (newId !== undefined) {
          request.newId = newId;
        }
        return lastValueFrom(next.handle() as Observable<unknown>, { defaultValue: undefined });
      }),
    );
  }
}
