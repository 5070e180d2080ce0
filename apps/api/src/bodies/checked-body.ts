import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { ProblemError } from '../problems/problem-error.js';
import { readBody } from './read-body.js';
import type { SizeLimit } from './size-limit.js';

/** What an operation with such a body reads beside it. */
export const CHECKSUM = {
  'X-Berth-Sha256': 'SHA-256 of the body, in lower-case hex; it must be given',
} as const;

/** A request's bytes, which are those of its X-Berth-Sha256. @throws ProblemError where they are too many, or others */
export async function checkedBody(
  request: Request,
  expected: SizeLimit,
): Promise<{ content: Buffer; hash: string }> {
  const content = await readBody(request, expected);
  const hash = createHash('sha256').update(content).digest('hex');
  const said = request.headers['x-berth-sha256'];
  if (hash !== said) {
    throw new ProblemError(
      400,
      'CHECKSUM_MISMATCH',
      `${expected.what} arrived with SHA-256 ${hash}, X-Berth-Sha256 says ${String(said)}`,
    );
  }
  return { content, hash };
}
