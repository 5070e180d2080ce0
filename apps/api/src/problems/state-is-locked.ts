import type { StateLock } from '@berth/persistence';

/** Answered with 423 and the holder's own words, which terraform shows as they are. */
export class StateIsLocked extends Error {
  constructor(readonly holder: StateLock) {
    super('the state is locked');
    this.name = 'StateIsLocked';
  }
}
