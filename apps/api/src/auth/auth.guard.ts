import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { ProblemError } from '../problems/problem-error.js';
import { Authenticator } from './authenticator.js';
import { callersOf, type CallerKind, type WithCaller } from './caller.js';

/** The probes and metrics come from another room and carry no marks of ours. */
const OPEN_PATHS = ['/healthz', '/readyz', '/metrics'];

/** Every call has a caller, and the caller is of a kind that may call. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(@Inject(Authenticator) private readonly authenticator: Authenticator) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request & WithCaller>();
    const kinds = callersOf(context.getHandler(), context.getClass());
    if (kinds === null || OPEN_PATHS.includes(request.path)) {
      return true;
    }
    const caller = await this.authenticator.callerOf(request.headers, kinds, request.params['id']);
    if (caller === undefined) {
      throw unauthorized(howToCall(kinds));
    }
    if (caller === null) {
      throw unauthorized('this key is unknown, revoked or expired');
    }
    if (!kinds.includes(caller.kind)) {
      throw new ProblemError(
        403,
        'FORBIDDEN',
        `this call is for ${kinds.join(' or ')}, and the key is of ${caller.kind}`,
      );
    }
    request.caller = caller;
    return true;
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

function unauthorized(detail: string): ProblemError {
  return new ProblemError(401, 'UNAUTHORIZED', detail);
}
