/** What a run has a log of. */
export type LogPhase = 'plan' | 'apply' | 'build';
