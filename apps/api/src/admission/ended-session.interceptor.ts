import { Database, readSession } from '@berth/persistence';
import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request } from 'express';
import { catchError, from, throwError, type Observable } from 'rxjs';
import type { AgentCaller, WithCaller } from '../auth/caller.js';
import { opensNothing, ProblemError } from '../problems/problem-error.js';

/**
 * A session may end after the guard has let a call of it in. Then the statements move nothing for it, which looks like a
 * stale attempt, and an agent drops those; but the work is still its own, and goes on in its next session.
 */
@Injectable()
export class EndedSessionInterceptor implements NestInterceptor {
  constructor(@Inject(Database) private readonly database: Database) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { caller } = context.switchToHttp().getRequest<Request & WithCaller>();
    if (caller?.kind !== 'agent') {
      return next.handle();
    }
    return next
      .handle()
      .pipe(
        catchError((error: unknown) =>
          error instanceof ProblemError && error.code === 'STALE_ATTEMPT'
            ? from(this.refuse(caller, error))
            : throwError(() => error),
        ),
      );
  }

  private async refuse({ sessionId }: AgentCaller, stale: ProblemError): Promise<never> {
    throw (await readSession(this.database, sessionId)) === null ? opensNothing() : stale;
  }
}
