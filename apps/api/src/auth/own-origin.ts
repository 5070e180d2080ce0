import type { Request } from 'express';
import type { ApiEnv } from '../env.js';
import { ProblemError } from '../problems/problem-error.js';
import { publicUrlOf } from '../public-url.js';

/** What people call this machine; nothing else can be at one of them with the api's own port. */
const THIS_MACHINE = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * A page of another site can send a browser here with its cookie, and then the browser says where the page is from.
 * @throws ProblemError 403
 */
export function expectOwnOrigin({ method, headers }: Pick<Request, 'method' | 'headers'>, env: ApiEnv): void {
  const { origin: own, protocol, hostname, port } = new URL(publicUrlOf(env));
  const origins = THIS_MACHINE.includes(hostname)
    ? THIS_MACHINE.map((name) => `${protocol}//${name}${port === '' ? '' : `:${port}`}`)
    : [own];
  if (!['GET', 'HEAD', 'OPTIONS'].includes(method) && !origins.some((each) => each === headers.origin)) {
    throw new ProblemError(
      403,
      'FOREIGN_ORIGIN',
      `with a session, requests that change something must come from ${own} (BERTH_PUBLIC_URL)`,
    );
  }
}
