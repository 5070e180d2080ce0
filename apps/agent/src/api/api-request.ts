import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { Problem } from '@berth/contracts';
import { ApiError } from './api-error.js';

/** A file that is read anew for each try. */
export interface FileBody {
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** One call of the agents' data plane, asked again while its answer is transient. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** The session's where it is not given: another one by the next try, perhaps. */
  readonly token?: string;
  readonly body?: Buffer | FileBody | object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of one try. */
  readonly deadlineMs: number;
  /** For so long a transient answer is asked again, counted from the first try. */
  readonly patienceMs: number;
}

export function isFile(body: object): body is FileBody {
  return 'file' in body && 'sha256' in body;
}

export function bodyOf(body: Request['body']): Pick<RequestInit, 'body' | 'duplex'> {
  if (body === undefined || body instanceof Buffer) {
    return body === undefined ? {} : { body };
  }
  return isFile(body)
    ? { body: Readable.toWeb(createReadStream(body.file)), duplex: 'half' }
    : { body: JSON.stringify(body) };
}

const REFUSED = [401, 403];

/**
 * What the api says is wrong, with its class. A token that counts no more is nothing to fail a task for: the session has
 * a new one soon, and the run's is given anew with the next attempt. Only a pool's token stays refused.
 */
export async function problemOf(
  response: Response,
  what: string,
  tokenOf: 'session' | 'run' | 'pool',
): Promise<ApiError> {
  const parsed = Problem.safeParse(await response.json().catch(() => undefined));
  const { status } = response;
  const code = parsed.success ? parsed.data.code : `HTTP_${status}`;
  const detail = parsed.success ? parsed.data.detail : response.statusText;
  const isRefused = REFUSED.includes(status) && tokenOf !== 'pool';
  // Free again when the agent that has it is gone, which may be this one on another disk.
  const isInUse = code === 'AGENT_ID_IN_USE';
  const transient = status >= 500 || status === 408 || status === 429 || isRefused || isInUse;
  return new ApiError(transient ? 'transient' : 'permanent', code, `${what}: ${status} ${detail}`, {
    detail,
    isSessionOver: isRefused && tokenOf === 'session',
  });
}

/** Without what may be a secret. */
export function pathOnly(path: string): string {
  return path.split('?')[0] ?? path;
}
