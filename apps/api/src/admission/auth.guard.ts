import { LOGGER, Metrics, type Counter, type Logger } from '@berth/observability';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { opensNothing, ProblemError, unauthorized } from '../problems/problem-error.js';
import { Admission } from './admission.js';
import { Authenticator } from '../auth/authenticator.js';
import { callersOf, type CallerKind, type WithCaller } from '../auth/caller.js';
import { addressOf, Guesses } from '../auth/guesses.js';
import { KeyRates } from '../auth/key-rates.js';

/** The probes and metrics come from another room and carry no marks of ours. */
const OPEN_PATHS = ['/healthz', '/readyz', '/metrics'];

/** Every call has a caller, and the caller is of a kind that may call; people and services also need a permission. */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly failed: Counter;

  constructor(
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(Admission) private readonly admission: Admission,
    @Inject(Guesses) private readonly guesses: Guesses,
    @Inject(KeyRates) private readonly rates: KeyRates,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.failed = metrics.counter('berth_failed_keys_total');
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request & WithCaller>();
    const kinds = callersOf(context.getHandler(), context.getClass());
    if (kinds === null || OPEN_PATHS.includes(request.path)) {
      return true;
    }
    this.guesses.expectFew(request);
    const caller = await this.authenticator.callerOf(request.headers, kinds, request.params['id']);
    if (caller === undefined) {
      throw unauthorized(howToCall(kinds));
    }
    if (caller === null) {
      this.failed.inc();
      if (this.guesses.failed(request)) {
        this.logger.warn(
          { from: addressOf(request), path: request.path },
          'a key that opens nothing was shown: unknown, revoked or expired',
        );
      }
      throw opensNothing();
    }
    if (!kinds.includes(caller.kind)) {
      throw new ProblemError(
        403,
        'FORBIDDEN',
        `this call is for ${kinds.join(' or ')}, and the key is of ${caller.kind}`,
      );
    }
    this.guesses.opened(request);
    if (caller.kind !== 'user') {
      request.caller = caller;
      return true;
    }
    this.rates.take(caller.principal, context.switchToHttp().getResponse<Response>());
    if (caller.principal.sessionId !== null) {
      this.admission.expectOwnOrigin(request);
    }
    request.stillMay = async () => this.stillMay(kinds, context, request);
    try {
      request.caller = await this.admission.admit(caller, context, request);
    } catch (error) {
      await this.admission.recordRefusal(caller, context, request, error);
      throw error;
    }
    return true;
  }

  /** The same question once more, for answers that take long; what cannot be asked now changes nothing. */
  private async stillMay(
    kinds: readonly CallerKind[],
    context: ExecutionContext,
    request: Request & WithCaller,
  ): Promise<boolean> {
    try {
      const caller = await this.authenticator.callerOf(request.headers, kinds, request.params['id']);
      if (caller?.kind !== 'user') {
        return false;
      }
      await this.admission.admit(caller, context, request);
      return true;
    } catch (error) {
      return !(error instanceof ProblemError);
    }
  }
}

function howToCall(kinds: readonly CallerKind[]): string {
  const own = [
    ...(kinds.includes('worker') ? ['"X-Worker-Token: <token>"'] : []),
    ...(kinds.includes('build') ? ['"X-Build-Token: <token>"'] : []),
    ...(kinds.includes('machine') ? ['"X-VM-Token: <token>"'] : []),
  ];
  return `give a key as ${['"Authorization: Bearer <key>"', ...own, '"X-API-Key: <key>"'].join(' or ')}`;
}
