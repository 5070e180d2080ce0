import { fileURLToPath } from 'node:url';
import type { RequestHandler } from 'express';
import { ownerOf } from './pages.js';
import { readSite, sendFile, type SiteFile } from './site.js';

/** Where `apps/dashboard/build.mjs` puts the pages, seen from this room's sources and from what is built of them. */
export const SITE = fileURLToPath(new URL('../../../dashboard/dist/site/', import.meta.url));

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
 * Serves the dashboard: its files for ever, since their names change with them, and the one page for every address that is
 * the dashboard's. All other addresses are the api's, and so is their 404.
 * @returns null where it was not built
 */
export function dashboardOf(folder: string, signOutOrigin: () => string | null): RequestHandler | null {
  const files = siteIn(folder);
  const page = files?.get('/index.html');
  if (files === null || page === undefined) {
    return null;
  }
  return (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      next();
      return;
    }
    const file = request.path.startsWith('/assets/') ? files.get(request.path) : undefined;
    if (file !== undefined) {
      response.set({
        'x-content-type-options': 'nosniff',
        'cache-control': 'public, max-age=31536000, immutable',
      });
      sendFile(request, response, file);
      return;
    }
    const owner = ownerOf(request.path);
    if (owner === 'api' || request.accepts(['json', 'html']) !== 'html') {
      next();
      return;
    }
    response.status(owner === 'nobody' ? 404 : 200).set({
      'x-content-type-options': 'nosniff',
      'content-security-policy': policy(signOutOrigin()),
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      // Asked for anew each time: it names the files of the version that is there now.
      'cache-control': 'no-cache',
    });
    sendFile(request, response, page);
  };
}

function siteIn(folder: string): ReadonlyMap<string, SiteFile> | null {
  try {
    return readSite(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return null;
    }
    throw error;
  }
}
