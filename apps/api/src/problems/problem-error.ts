/** An answer that is no success: RFC 9457, with a stable code and a sentence on what to do. */
export class ProblemError extends Error {
  readonly fields: readonly { field: string; message: string }[] | undefined;
  readonly currentStatus: string | undefined;
  readonly planHash: string | undefined;
  readonly permission: string | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  /** How to show who one is, in the words of the header WWW-Authenticate (RFC 9110, 11.6.1; RFC 6750, 3). */
  readonly challenge: string | undefined;

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    more: {
      fields?: readonly { field: string; message: string }[];
      currentStatus?: string;
      planHash?: string | null;
      permission?: string;
      retryAfter?: number;
      challenge?: string;
      cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: more.cause });
    this.name = 'ProblemError';
    this.fields = more.fields;
    this.currentStatus = more.currentStatus;
    this.planHash = more.planHash ?? undefined;
    this.permission = more.permission;
    this.retryAfter = more.retryAfter;
    this.challenge = more.challenge;
  }
}

export function notFound(what: string, id: string): ProblemError {
  return new ProblemError(404, 'NOT_FOUND', `there is no ${what} "${id}"`);
}

/** One field of a request is not what it must be. */
export function invalidField(field: string, message: string): ProblemError {
  return new ProblemError(400, 'INVALID_REQUEST', `${field}: ${message}`, { fields: [{ field, message }] });
}

export function staleAttempt(taskId: string, attempt: number): ProblemError {
  return new ProblemError(
    409,
    'STALE_ATTEMPT',
    `attempt ${attempt} of task ${taskId} is not (or no longer) yours: drop it`,
  );
}

/** Without Basic, though terraform's backend uses it unasked: browsers would open their own window for it. */
const CHALLENGE = 'Bearer realm="Berth"';

/** Nothing was shown that would say who calls. */
export function unauthorized(detail: string): ProblemError {
  return new ProblemError(401, 'UNAUTHORIZED', detail, { challenge: CHALLENGE });
}

/** A key, a session or a token was shown that counts for nothing, or for nothing any more. */
export function opensNothing(): ProblemError {
  return new ProblemError(401, 'UNAUTHORIZED', 'this key is unknown, revoked or expired', {
    challenge: `${CHALLENGE}, error="invalid_token"`,
  });
}
