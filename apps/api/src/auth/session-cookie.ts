import type { IncomingHttpHeaders } from 'node:http';
import { LOOPBACK } from '../env.js';

/** Over https, or to this machine; browsers keep it for this host and path alone. */
const SECURE = '__Host-berth-session';
/** Over plain http to another host, where browsers keep no secure cookie. */
const PLAIN = 'berth-session';

/** The session of a browser's request; null without one. */
export function sessionCookieOf(headers: IncomingHttpHeaders): string | null {
  return cookieOf(headers, SECURE) ?? cookieOf(headers, PLAIN);
}

/** The value of a cookie; null where the request has none of the name. */
export function cookieOf({ cookie = '' }: IncomingHttpHeaders, name: string): string | null {
  for (const pair of cookie.split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) {
      return pair.slice(at + 1).trim();
    }
  }
  return null;
}

/** The header that gives a browser the session, or with null takes it away. */
export function sessionCookie(token: string | null, settings: CookieSettings): string {
  return ownCookie(keepsSecure(settings.publicUrl) ? SECURE : PLAIN, token, settings);
}

/** The header of a cookie that only this host gets, and no script; with null it takes it away. */
export function ownCookie(
  name: string,
  value: string | null,
  { publicUrl, maxAgeSeconds }: CookieSettings,
): string {
  return [
    `${name}=${value ?? ''}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${value === null ? 0 : maxAgeSeconds}`,
    ...(keepsSecure(publicUrl) ? ['Secure'] : []),
  ].join('; ');
}

export interface CookieSettings {
  readonly publicUrl: string;
  readonly maxAgeSeconds: number;
}

/** Whether a browser at this address takes a cookie that is marked secure: https, or this machine itself. */
export function keepsSecure(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'https:' || LOOPBACK.includes(hostname);
}
