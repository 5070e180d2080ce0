import type { NextFunction, Request, Response } from 'express';
import { isWaiting } from './body-arrival.js';

/** How long a sender may go on with a body that has its answer, in milliseconds. */
const LINGER_MS = 30_000;

/**
 * An answer that comes before the whole body has arrived (refused, not needed) is sent at once, but it ends only when
 * the rest has been read away: a connection that ends under a sender is a broken pipe to them, and the answer is lost.
 */
export function answerWhileArriving(request: Request, response: Response, next: NextFunction): void {
  if (!hasBody(request)) {
    next();
    return;
  }
  const end = response.end.bind(response) as (...args: unknown[]) => Response;
  response.end = ((...args: unknown[]): Response => {
    response.end = end;
    if (request.complete || request.destroyed) {
      return end(...args);
    }
    if (isWaiting(request) && request.readableLength === 0) {
      // Nobody has asked for the body, and whether it comes all the same is not known.
      response.shouldKeepAlive = false;
      return end(...args);
    }
    sendWithoutEnd(response, args);
    const ended = args.filter((arg) => typeof arg === 'function');
    readAway(request, () => {
      end(...ended);
    });
    return response;
  }) as Response['end'];
  next();
}

function hasBody({ headers }: Request): boolean {
  return Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;
}

/** The length says that the answer is whole, though the connection goes on. */
function sendWithoutEnd(response: Response, [content, encoding]: unknown[]): void {
  const isContent = typeof content === 'string' || content instanceof Uint8Array;
  const bytes = isContent ? Buffer.from(content as string, encoding as BufferEncoding) : Buffer.alloc(0);
  if (!response.headersSent && response.statusCode !== 204 && response.statusCode !== 304) {
    response.setHeader('content-length', bytes.length);
  }
  if (bytes.length === 0) {
    response.flushHeaders();
    return;
  }
  response.write(bytes);
}

function readAway(request: Request, done: () => void): void {
  // One piece in each turn of the event loop: a fast sender would have megabytes of it read at once.
  const take = (): void => {
    request.pause();
    setImmediate(() => request.resume());
  };
  const finish = (): void => {
    clearTimeout(timer);
    request.off('data', take);
    request.off('end', finish);
    request.off('close', finish);
    done();
  };
  const timer = setTimeout(() => {
    request.destroy();
  }, LINGER_MS);
  request.once('end', finish);
  request.once('close', finish);
  request.unpipe();
  request.on('data', take);
  request.resume();
}
