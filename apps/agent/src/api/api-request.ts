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
  readonly token: string;
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

/** What the api says is wrong, with its class. */
export async function problemOf(response: Response, what: string): Promise<ApiError> {
  const parsed = Problem.safeParse(await response.json().catch(() => undefined));
  const code = parsed.success ? parsed.data.code : `HTTP_${response.status}`;
  const detail = parsed.success ? parsed.data.detail : response.statusText;
  const transient = response.status >= 500 || response.status === 408 || response.status === 429;
  const message = `${what}: ${response.status} ${detail}`;
  return new ApiError(transient ? 'transient' : 'permanent', code, message, { detail });
}

/** Without what may be a secret. */
export function pathOnly(path: string): string {
  return path.split('?')[0] ?? path;
}
