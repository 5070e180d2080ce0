import { LOOPBACK, type ApiEnv } from '../env.js';
import { publicUrlOf } from '../public-url.js';

/**
 * As whom the api issues identity tokens; null where it issues none. Whoever checks one fetches our keys from there: over a
 * line on which nobody can give them others, or on this machine itself.
 */
export function issuerOf(env: ApiEnv): string | null {
  if (env.BERTH_PUBLIC_URL === undefined) {
    return null;
  }
  const { protocol, hostname } = new URL(env.BERTH_PUBLIC_URL);
  return protocol === 'https:' || LOOPBACK.includes(hostname) ? publicUrlOf(env) : null;
}
