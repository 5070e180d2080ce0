import type { Request, Response } from 'express';

/** A sender that sends nothing for so long has gone, in milliseconds. */
const IDLE_MS = 60_000;

/** Tells of a sender who breaks off or falls silent, until the function that it gives is called. */
export function onBreakOff(request: Request, breakOff: () => void): () => void {
  const { socket } = request;
  request.once('aborted', breakOff);
  request.once('error', breakOff);
  socket.setTimeout(IDLE_MS);
  socket.once('timeout', breakOff);
  return () => {
    request.off('aborted', breakOff);
    // The connection may carry further requests, which have limits of their own.
    socket.setTimeout(0);
    socket.off('timeout', breakOff);
  };
}

/** What still arrives is not read for any purpose, and the connection ends with the answer. */
export function refuseRest(request: Request, response: Response): void {
  if (!response.headersSent) {
    response.setHeader('connection', 'close');
  }
  request.resume();
}
