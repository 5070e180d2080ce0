/** Where a sign-in leads that came from nowhere: the dashboard's first page. */
export const FRONT_PAGE = '/';
/** It travels in a cookie, of which browsers keep 4,096 bytes. */
const MAX_LENGTH = 1_800;

/** Where to go on after a sign-in: a path of our own, or else to the front page. */
export function returnTo(wanted: string): string {
  if (!wanted.startsWith('/') || wanted.length > MAX_LENGTH || !URL.canParse(wanted, BASE)) {
    return FRONT_PAGE;
  }
  // Browsers take //host and /\host for another site, and so does this parser.
  const { origin, pathname, search, hash } = new URL(wanted, BASE);
  // What is left after dots and empty segments may begin with two slashes again.
  return origin === BASE && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : FRONT_PAGE;
}

const BASE = 'http://own.invalid';

/** The sign-in page, with the way back. */
export function signInFirst(path: string): string {
  return `/sign-in?return_to=${encodeURIComponent(path)}`;
}
