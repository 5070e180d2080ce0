import type { Request } from 'express';
import { ProblemError } from './problems/problem-error.js';
import { tooLarge, type SizeLimit } from './size-limit.js';

/** How long a body may take to arrive, in milliseconds. */
const BODY_DEADLINE_MS = 300_000;

/** The bytes of a body that is not JSON. @throws ProblemError 413, 408, 400 */
export async function readBody(request: Request, max: SizeLimit): Promise<Buffer> {
  const { what } = max;
  const limit = max.maxMb * 1024 * 1024;
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    throw tooLarge(max);
  }
  const pieces: Buffer[] = [];
  let size = 0;
  const timer = setTimeout(() => {
    request.destroy(new ProblemError(408, 'BODY_TIMEOUT', `${what} took too long to arrive`));
  }, BODY_DEADLINE_MS);
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > limit) {
        throw tooLarge(max);
      }
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof ProblemError) {
      throw error;
    }
    throw new ProblemError(400, 'BODY_BROKE_OFF', `${what} broke off after ${size} bytes`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(pieces);
}
