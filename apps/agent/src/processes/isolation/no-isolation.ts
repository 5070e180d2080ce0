import type { Confinement, Isolation } from './isolation.js';
import { limited } from './limited.js';

/**
 * Runs are processes of the agent's user like any other, and may do what that may do. Their processes are not counted: the
 * kernel would count all of that user's.
 */
export const NO_ISOLATION: Isolation = {
  level: 'none',
  userOf: () => null,
  confine: (program, { limits: { memoryMb } }) => ({
    ...limited(program, { memoryMb }),
    sandbox: null,
    user: null,
  }),
};

/** For what is no run of anybody. */
export const NOT_CONFINED: Confinement = {
  isolation: NO_ISOLATION,
  reach: { writes: [], reads: [], lent: [], tmp: '/tmp' },
  user: null,
  limits: {},
};
