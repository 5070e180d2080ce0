/** The api did not do what was asked. Transient where it may do so later. */
export class ApiError extends Error {
  /** What the api said, without which call that was. */
  readonly detail: string;
  /** The api does not know our session, or not any more: a new one opens it again. */
  readonly isSessionOver: boolean;

  constructor(
    readonly failureClass: 'transient' | 'permanent',
    readonly code: string,
    message: string,
    options: ErrorOptions & { readonly detail?: string; readonly isSessionOver?: boolean } = {},
  ) {
    super(message, options);
    this.name = 'ApiError';
    this.detail = options.detail ?? message;
    this.isSessionOver = options.isSessionOver ?? false;
  }

  /** The attempt is over: whoever holds it drops it. */
  get isStale(): boolean {
    return this.code === 'STALE_ATTEMPT';
  }
}
