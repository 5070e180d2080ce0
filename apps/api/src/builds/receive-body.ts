import { PassThrough, type Readable } from 'node:stream';
import type { StoredObject } from '@berth/persistence';
import type { Request, Response } from 'express';
import { ProblemError } from '../problems/problem-error.js';

/** A sender that sends nothing for so long has gone, in milliseconds. */
const IDLE_MS = 60_000;

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
  request.once('aborted', breakOff);
  request.once('error', breakOff);
  request.setTimeout(IDLE_MS, breakOff);
  // Whoever stores it hears its errors; one that comes before that must not end the process.
  content.on('error', () => undefined);
  request.pipe(content);
  try {
    return await store(content);
  } catch (error) {
    request.unpipe(content);
    if (!response.headersSent) {
      response.setHeader('connection', 'close');
    }
    request.resume();
    throw error;
  }
}
