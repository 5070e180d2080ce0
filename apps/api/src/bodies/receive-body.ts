import { PassThrough, type Readable } from 'node:stream';
import type { StoredObject } from '@berth/persistence';
import type { Request } from 'express';
import { followArrival } from './body-arrival.js';

/**
 * Stores a request's body while it arrives. The request itself stays whole where the store refuses the rest, so that
 * the sender reads why. @throws ProblemError 400, 408, and what `store` throws
 */
export async function receiveBody(
  request: Request,
  store: (content: Readable) => Promise<StoredObject>,
): Promise<StoredObject> {
  const content = new PassThrough();
  const over = followArrival(request, (why) => {
    content.destroy(why);
  });
  // Whoever stores it hears its errors; one that comes before that must not end the process.
  content.on('error', () => undefined);
  request.pipe(content);
  try {
    return await store(content);
  } catch (error) {
    request.unpipe(content);
    throw error;
  } finally {
    over();
  }
}
