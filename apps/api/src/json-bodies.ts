import express, { type NextFunction, type Request, type Response } from 'express';
import { ProblemError } from './problems/problem-error.js';
import { tooLarge } from './size-limit.js';

const MAX_JSON_MB = 8;
const parseJson = express.json({ limit: `${MAX_JSON_MB}mb`, strict: true });

/** States and locks are JSON, but their bytes are what counts: they reach the handler as they are. */
const AS_IT_IS = /\/(terraform-state|state-versions)\/?$/;

export function jsonBodies(request: Request, response: Response, next: NextFunction): void {
  if (AS_IT_IS.test(request.path)) {
    next();
    return;
  }
  parseJson(request, response, (error?: unknown) => {
    next(error === undefined || error === null ? undefined : bodyProblem(error));
  });
}

/** Nest would take the parser's errors for its own and lose what they say. */
function bodyProblem(error: unknown): unknown {
  if (!(error instanceof Error) || !('type' in error) || !('status' in error)) {
    return error;
  }
  switch (error.type) {
    case 'entity.parse.failed':
      return new ProblemError(400, 'MALFORMED_JSON', `the body is not JSON: ${error.message}`);
    case 'entity.too.large':
      return tooLarge({ what: 'a JSON body', maxMb: MAX_JSON_MB });
    default:
      return new ProblemError(Number(error.status) || 400, 'BAD_BODY', error.message);
  }
}
