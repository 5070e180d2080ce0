import type { ApiEnv } from './env.js';

/** The address that people and their links have, without a slash at its end. */
export function publicUrlOf(env: ApiEnv): string {
  return (env.BERTH_PUBLIC_URL ?? `http://127.0.0.1:${env.BERTH_HTTP_PORT}`).replace(/\/+$/, '');
}
