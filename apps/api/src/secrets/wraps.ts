import type { ApiEnv } from '../env.js';
import type { Wraps } from './kept-keys.js';
import { KeyWrap } from './key-wrap.js';

/** Injects what wraps the data keys. */
export const WRAPS = Symbol('wraps');

export function wrapsOf(env: Pick<ApiEnv, 'BERTH_ENCRYPTION_KEY' | 'BERTH_OLD_ENCRYPTION_KEY'>): Wraps {
  const former = env.BERTH_OLD_ENCRYPTION_KEY;
  return {
    present: new KeyWrap(env.BERTH_ENCRYPTION_KEY),
    former: former === undefined ? null : new KeyWrap(former),
  };
}
