import type { Request } from 'express';
import { ProblemError } from '../problems/problem-error.js';

/** How long a sender may take for `MIN_BYTES`, in milliseconds. */
const WINDOW_MS = 30_000;
/** A kilobyte a second: slower than any line that would ever bring a whole source. */
const MIN_BYTES = 30 * 1024;

/** Requests that wait for a "100 Continue" before they send their body. */
const WAITING = new WeakSet<object>();

/** The body of this request begins to arrive only when somebody reads it. */
export function letWait(request: object): void {
  WAITING.add(request);
}

/** True where no byte of the body has been asked for. */
export function isWaiting(request: object): boolean {
  return WAITING.has(request);
}

/**
 * Lets the body come in, and tells of a sender who breaks off, falls silent or dribbles, until the function that it
 * gives is called. Time in which the api itself is slow to take what has arrived does not count.
 */
export function followArrival(request: Request, breakOff: (why: ProblemError) => void): () => void {
  if (WAITING.delete(request)) {
    request.res?.writeContinue();
  }
  const { socket } = request;
  const broken = (): void => {
    breakOff(new ProblemError(400, 'BODY_BROKE_OFF', 'the body broke off before all of it had arrived'));
  };
  let before = socket.bytesRead;
  const timer = setInterval(() => {
    const arrived = socket.bytesRead - before;
    before = socket.bytesRead;
    if (!request.complete && arrived < MIN_BYTES && request.readableLength === 0) {
      breakOff(tooSlow(arrived));
    }
  }, WINDOW_MS);
  request.once('aborted', broken);
  request.once('error', broken);
  return () => {
    clearInterval(timer);
    request.off('aborted', broken);
    request.off('error', broken);
  };
}

function tooSlow(arrived: number): ProblemError {
  return new ProblemError(
    408,
    'BODY_TOO_SLOW',
    `the body comes too slowly: ${arrived} bytes in ${WINDOW_MS / 1_000} s, where ${MIN_BYTES} must come`,
  );
}
