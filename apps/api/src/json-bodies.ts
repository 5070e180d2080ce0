import express, { type NextFunction, type Request, type Response } from 'express';

const parseJson = express.json({ limit: '8mb', strict: true });

/** Terraform sends states and locks as JSON, but their bytes are what counts: they reach the handler as they are. */
export function jsonBodies(request: Request, response: Response, next: NextFunction): void {
  if (request.path.endsWith('/terraform-state')) {
    next();
    return;
  }
  parseJson(request, response, next);
}
