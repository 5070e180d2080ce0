import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { WithCaller } from './auth/caller.js';

/** Each request has an id, that of the proxy before us where it gave one; the answer says it. */
export function giveRequestId(request: Request & WithCaller, response: Response, next: NextFunction): void {
  const given = request.headers['x-request-id'];
  request.requestId = typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
  response.setHeader('x-request-id', request.requestId);
  next();
}
