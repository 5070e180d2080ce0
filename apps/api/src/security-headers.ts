import type { RequestHandler } from 'express';

/** A year, as browsers' preload lists ask for. */
const STRICT_TRANSPORT = 'max-age=31536000';
/** An answer of the API is no page, whatever a browser makes of it. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** The page of the API's document brings its script in itself. */
const DOCUMENT =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "frame-ancestors 'none'; base-uri 'none'";

/**
 * What every answer says to browsers and to caches between: it is what its type says, stands in no frame, is kept nowhere.
 * Pages and files that are more say so themselves, afterwards.
 * @param publicUrl of the installation; from https on, browsers come by nothing else
 */
export function securityHeaders(publicUrl: string | undefined): RequestHandler {
  const isSecure = publicUrl?.startsWith('https:') === true;
  return (request, response, next) => {
    response.set({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
      'content-security-policy': /^\/docs(\/|$)/.test(request.path) ? DOCUMENT : NOTHING,
      ...(isSecure ? { 'strict-transport-security': STRICT_TRANSPORT } : {}),
    });
    next();
  };
}
