import { createHash } from 'node:crypto';
import { storable, unstorablePath, UNSTORABLE_TEXT } from '@berth/contracts';
import type { Request } from 'express';
import type { JsonLimits } from '../openapi/json-limits.js';
import { invalidField, ProblemError } from '../problems/problem-error.js';
import { contentTypeOf, saysNoType } from './guessed-type.js';
import { outOfBounds } from './json-bounds.js';
import { readBody } from './read-body.js';

export interface JsonBody {
  /** Undefined of an empty body. */
  readonly value: unknown;
  /** SHA-256 of the bytes. */
  readonly sha256: string;
}

/** @throws ProblemError 400, 408, 413, 415 */
export async function readJson(request: Request, limits: JsonLimits): Promise<JsonBody> {
  const bytes = await readBody(request, { what: 'a JSON body', maxMb: limits.maxMb });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (bytes.length === 0) {
    return { value: undefined, sha256 };
  }
  expectJson(request);
  return { value: parseJson(bytes, limits), sha256 };
}

/** @throws ProblemError 400 where the bytes are no JSON, or JSON that nobody takes */
export function parseJson(bytes: Buffer, limits: JsonLimits): unknown {
  const tooMuch = outOfBounds(bytes, limits);
  if (tooMuch !== null) {
    throw new ProblemError(400, 'JSON_OUT_OF_BOUNDS', `the body is not taken: ${tooMuch}`);
  }
  const value = parse(bytes);
  if (limits.unstorable === 'replace') {
    return storable(value);
  }
  const path = unstorablePath(value);
  if (path !== null) {
    throw invalidField(path, UNSTORABLE_TEXT);
  }
  return value;
}

function parse(bytes: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ProblemError(400, 'MALFORMED_JSON', 'the body is not JSON: it is not UTF-8', { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ProblemError(400, 'MALFORMED_JSON', `the body is not JSON: ${why}`, { cause });
  }
}

function expectJson(request: Request): void {
  const { 'content-type': said = '', 'content-encoding': encoding = 'identity' } = request.headers;
  const type = contentTypeOf(request);
  if (!saysNoType(type) && type !== 'application/json' && !type.endsWith('+json')) {
    throw unsupported(`content-type must be application/json, it is "${type.slice(0, 100)}"`);
  }
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(said)?.[1]?.toLowerCase() ?? 'utf-8';
  if (charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    throw unsupported(`the charset of JSON is utf-8, it is "${charset.slice(0, 100)}"`);
  }
  if (encoding.toLowerCase() !== 'identity') {
    throw unsupported(`a JSON body is taken as it is, not with content-encoding "${encoding.slice(0, 100)}"`);
  }
}

function unsupported(detail: string): ProblemError {
  return new ProblemError(415, 'UNSUPPORTED_MEDIA_TYPE', detail);
}
