/** The api did not do what was asked. Transient where it may do so later. */
export class ApiError extends Error {
  constructor(
    readonly failureClass: 'transient' | 'permanent',
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ApiError';
  }

  /** The attempt is over: whoever holds it drops it. */
  get isStale(): boolean {
    return this.code === 'STALE_ATTEMPT';
  }

  /** Another process of this agent has begun a session, and ours is over: a new one opens the api again. */
  get isSessionOver(): boolean {
    return this.code === 'UNAUTHORIZED';
  }
}
