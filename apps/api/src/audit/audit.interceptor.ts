import { randomUUID } from 'node:crypto';
import { LOGGER, type Logger } from '@berth/observability';
import { addRecord, Database, recorded, type Deed, type Recording } from '@berth/persistence';
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
import { DESCRIPTION, type Description } from '../openapi/describe.js';
import { deedOf } from './deed.js';
import { Refusals } from './refusals.js';
import { comparable, whatIsKept } from './what-is-kept.js';

/** Longer ones are none: the request is refused. */
const NAME_LENGTH = 300;

/**
 * Records what people and services change, in the transaction that changes it; what did not come to be is recorded by
 * the filter of problems. Agents' and workers' own calls stand in the timelines of their tasks.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Database) private readonly database: Database,
    @Inject(Refusals) private readonly refusals: Refusals,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request & WithCaller>();
    const description = this.reflector.get<Description | undefined>(DESCRIPTION, context.getHandler());
    const deed = deedOf(request, description);
    if (deed === null) {
      return next.handle();
    }
    // So that a record knows the id of what it says was made, and is found by its name.
    if (description?.status === 201 && description.idempotent === true) {
      request.newId ??= randomUUID();
      deed.objectId = request.newId;
      deed.objectName = nameIn(request.body);
    }
    return from(this.recorded(deed, request, next));
  }

  private async recorded(deed: Deed, request: Request & WithCaller, next: CallHandler): Promise<unknown> {
    deed.after = whatIsKept(request.body);
    const recording: Recording = { deed: withComparison(deed), written: false };
    return recorded(recording, async () => {
      try {
        const answer = await lastValueFrom(next.handle() as Observable<unknown>, { defaultValue: undefined });
        if (!recording.written) {
          // It changed no row, and was done all the same.
          await addRecord(this.database, recording.deed, { outcome: 'done' });
          recording.written = true;
        }
        return answer;
      } catch (error) {
        await this.refusals.keep(recording.deed, error).catch((failure: unknown) => {
          this.logger.error(`a refusal of ${deed.operation} was not recorded: ${String(failure)}`);
        });
        throw error;
      }
    });
  }
}

function nameIn(body: unknown): string | null {
  const { name } = (body ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' ? name.slice(0, NAME_LENGTH) : null;
}

/** What was before is told by operations as they know it; the record has what the change is about. */
function withComparison(deed: Deed): Deed {
  let told: unknown;
  return Object.defineProperty(deed, 'before', {
    enumerable: true,
    get: () => comparable(told, deed.after),
    set: (before: unknown) => {
      told = whatIsKept(before);
    },
  });
}
