import type { Request } from 'express';
import type { ApiEnv } from '../env.js';
import { ProblemError } from '../problems/problem-error.js';
import { publicUrlOf } from '../public-url.js';

/**
 * A page of another site can send a browser here with its cookie, and then the browser says where the page is from.
 * @throws ProblemError 403
 */
export function expectOwnOrigin({ method, headers }: Request, env: ApiEnv): void {
  const own = new URL(publicUrlOf(env)).origin;
  if (!['GET', 'HEAD', 'OPTIONS'].includes(method) && headers.origin !== own) {
    throw new ProblemError(
      403,
      'FOREIGN_ORIGIN',
      `with a session, requests that change something must come from ${own} (BERTH_PUBLIC_URL)`,
    );
  }
}
