import type { components } from './generated/api.js';

type Problem = components['schemas']['Problem'];

/** Which field of the request is wrong, and how. */
export type FieldFault = NonNullable<Problem['errors']>[number];

interface Facts {
  readonly status: number;
  /** Stays the same from version to version; `HTTP_<status>` where the answer came from something in between. */
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly FieldFault[];
  /** Of a 409: the status that the task is in. */
  readonly currentStatus: string | undefined;
  /** Of a 409 PLAN_CHANGED: the plan that waits now. */
  readonly planHash: string | undefined;
  /** How long the api wants to be left alone. */
  readonly retryAfterMs: number | undefined;
}

/** An answer that is no success, in the words of the api (RFC 9457). */
export class ApiProblem extends Error implements Facts {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly FieldFault[];
  readonly currentStatus: string | undefined;
  readonly planHash: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    /** What was called: method and path. */
    readonly call: string,
    facts: Facts,
  ) {
    super(`${call}: ${facts.status} ${facts.code}: ${facts.detail}`);
    this.status = facts.status;
    this.code = facts.code;
    this.detail = facts.detail;
    this.errors = facts.errors;
    this.currentStatus = facts.currentStatus;
    this.planHash = facts.planHash;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** No answer came, or not the whole of it: nobody knows whether the call was carried out. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';

  constructor(call: string, reason: string, options?: ErrorOptions) {
    super(`${call}: ${reason}`, options);
  }
}

/** True where the same call may succeed a little later. */
export function isTransient(error: unknown): boolean {
  return error instanceof ApiProblem ? isTransientStatus(error.status) : error instanceof Unreachable;
}

function isTransientStatus(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

/** @param body as it was parsed, or its text where it is no JSON */
export function problemOf(
  call: string,
  { status, statusText, headers }: Response,
  body: unknown,
): ApiProblem {
  const said: Said = isProblem(body)
    ? body
    : { code: `HTTP_${status}`, detail: statusText || 'no reason given' };
  const retryAfterMs = Number(headers.get('retry-after') ?? Number.NaN) * 1_000;
  return new ApiProblem(call, {
    status,
    code: said.code,
    detail: said.detail,
    errors: said.errors ?? [],
    currentStatus: said.currentStatus,
    planHash: said.planHash,
    retryAfterMs: Number.isNaN(retryAfterMs) ? undefined : retryAfterMs,
  });
}

type Said = Pick<Problem, 'code' | 'detail' | 'errors' | 'currentStatus' | 'planHash'>;

function isProblem(body: unknown): body is Said {
  const { code, detail } = (body ?? {}) as { readonly code?: unknown; readonly detail?: unknown };
  return typeof code === 'string' && typeof detail === 'string';
}
