import { PassThrough, type Readable } from 'node:stream';
import type { StoredObject } from '@berth/persistence';
import type { Request, Response } from 'express';
import { ProblemError } from '../problems/problem-error.js';
import { onBreakOff, refuseRest } from './arriving-request.js';

/**
 * Stores a request's body while it arrives. The request itself stays whole where the store refuses the rest, so that
 * the sender reads why. @throws ProblemError 400, and what `store` throws
 */
export async function receiveBody(
  request: Request,
  response: Response,
  store: (content: Readable) => Promise<StoredObject>,
): Promise<StoredObject> {
  const content = new PassThrough();
  const breakOff = (): void => {
    content.destroy(
      new ProblemError(400, 'BODY_BROKE_OFF', 'the body broke off before all of it had arrived'),
    );
  };
  const over = onBreakOff(request, breakOff);
  // Whoever stores it hears its errors; one that comes before that must not end the process.
  content.on('error', () => undefined);
  request.pipe(content);
  try {
    return await store(content);
  } catch (error) {
    request.unpipe(content);
    refuseRest(request, response);
    throw error;
  } finally {
    over();
  }
}
