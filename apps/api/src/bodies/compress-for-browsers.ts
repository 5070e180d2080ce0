import compression from 'compression';
import type { Request, RequestHandler, Response } from 'express';

/** Smaller ones are on their way before they are compressed. */
const MIN_BYTES = 32 * 1024;

/**
 * Compresses large JSON for browsers, which may be far away: the view of a plan of 5,000 resources has 3.3 MB, and an
 * eighteenth of that compressed. Programs and agents are left alone, and so are streams, which would be held back.
 */
export const compressForBrowsers: RequestHandler = compression({
  threshold: MIN_BYTES,
  filter: (request: Request, response: Response) =>
    request.headers.cookie !== undefined &&
    /^application\/json\b/.test(String(response.getHeader('content-type'))),
});
