/** The api did not do what was asked. Transient where it may do so later. */
export class ApiError extends Error {
  /** What the api said, without which call that was. */
  readonly detail: string;

  constructor(
    readonly failureClass: 'transient' | 'permanent',
    readonly code: string,
    message: string,
    options: ErrorOptions & { readonly detail?: string } = {},
  ) {
    super(message, options);
    this.name = 'ApiError';
    this.detail = options.detail ?? message;
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
