import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import sirv from 'sirv';
import { ownerOf } from './pages.js';

/** Where `apps/dashboard/build.mjs` puts the pages, seen from this room's sources and from what is built of them. */
const SITE = fileURLToPath(new URL('../../../dashboard/dist/site/', import.meta.url));

/**
 * What the pages may do: run and draw what comes with them, and speak to this api. Signing out may lead on to the identity
 * provider, and browsers hold a form's redirects to form-action, too.
 */
function policy(signOutOrigin: string | null): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    `form-action ${["'self'", ...(signOutOrigin === null ? [] : [signOutOrigin])].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
  ].join('; ');
}

/**
 * Serves the dashboard, where it was built: its files for ever, since their names change with them, and the one page for
 * every address that is the dashboard's. All other addresses are the api's, and so is their 404.
 * @returns false where there is none to serve
 */
export function serveDashboard(app: NestExpressApplication, signOutOrigin: () => string | null): boolean {
  if (!existsSync(SITE)) {
    return false;
  }
  const files = sirv(SITE, {
    brotli: true,
    gzip: true,
    etag: true,
    dev: process.env['NODE_ENV'] === 'development',
  });
  app.use(pages(files, signOutOrigin));
  return true;
}

function pages(files: RequestHandler, signOutOrigin: () => string | null): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      next();
      return;
    }
    response.setHeader('x-content-type-options', 'nosniff');
    if (request.path.startsWith('/assets/')) {
      response.setHeader('cache-control', 'public, max-age=31536000, immutable');
      files(request, response, () => {
        response.removeHeader('cache-control');
        next();
      });
      return;
    }
    const owner = ownerOf(request.path);
    if (owner === 'api' || request.accepts(['json', 'html']) !== 'html') {
      next();
      return;
    }
    response.setHeader('content-security-policy', policy(signOutOrigin()));
    response.setHeader('x-frame-options', 'DENY');
    response.setHeader('referrer-policy', 'same-origin');
    // Asked for anew each time: it names the files of the version that is there now.
    response.setHeader('cache-control', 'no-cache');
    if (owner === 'nobody') {
      response.status(404).sendFile(join(SITE, 'index.html'), { cacheControl: false });
      return;
    }
    request.url = '/index.html';
    files(request, response, next);
  };
}
