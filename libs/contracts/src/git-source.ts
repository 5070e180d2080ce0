import { z } from 'zod';
import { text } from './fields.js';

/** `git@host:path`; neither user, host nor path may be read as an option by ssh or git. */
const SCP_LIKE = /^[A-Za-z0-9_][A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9.-]*:(?!-)[^:]+$/;
const ADDRESS = /^(https?|ssh):\/\//i;

const gitUrl = z
  .string()
  .max(2_000)
  .superRefine((url, context) => {
    const fault = faultOfUrl(url);
    if (fault !== null) {
      context.addIssue({ code: 'custom', message: fault });
    }
  });

/** What git's check-ref-format takes for a branch. */
const gitBranch = z
  .string()
  .min(1, 'must be the name of a branch, or null for the default one of the repository')
  .max(250)
  .refine(isBranchName, { error: 'must be the name of a branch, such as "main" or "release/1.4"' });

const gitPath = text(500).refine(isPathInside, {
  error: 'must be a directory inside the repository, without a leading "/" and without ".."',
});

const gitToken = z
  .string()
  .max(4_000)
  .regex(/^[\x21-\x7e]+$/, 'must be a token, or "user:token", without spaces');

/** Where tasks take the configuration from. It is replaced as a whole; only the token stays when it is not given. */
export const GitSourceRequest = z
  .strictObject({
    url: gitUrl,
    /** Null and nothing: the default branch of the repository. */
    branch: gitBranch.nullable().optional(),
    /** The directory that is the configuration; the whole repository where nothing is given. */
    path: gitPath.optional(),
    /** Write-only. Null takes it away. Not given, it stays for as long as the url leads to the same host. */
    token: gitToken.nullable().optional(),
  })
  .refine(({ url, token }) => typeof token !== 'string' || tokenOrigin(url) !== null, {
    path: ['token'],
    error: 'is for http and https only: with ssh, the keys of the agents count',
  });
export type GitSourceRequest = z.infer<typeof GitSourceRequest>;

export const GitSource = z.object({
  url: z.string(),
  branch: z.string().nullable(),
  path: z.string(),
  hasToken: z.boolean(),
});
export type GitSource = z.infer<typeof GitSource>;

/** Whom a token for this url is for; null for ssh, which knows none. */
export function tokenOrigin(url: string): string | null {
  const parsed = /^https?:/i.test(url) && URL.canParse(url) ? new URL(url) : null;
  return parsed?.origin ?? null;
}

function faultOfUrl(url: string): string | null {
  // The parser of URLs drops tabs and line breaks, which git would not.
  if (!/^[\x21-\x7e]+$/.test(url) || url.startsWith('-') || url.includes('\\')) {
    return FORM;
  }
  if (SCP_LIKE.test(url)) {
    return null;
  }
  if (!ADDRESS.test(url) || !URL.canParse(url)) {
    return FORM;
  }
  const { protocol, username, password, hostname, search, hash } = new URL(url);
  if (password !== '' || (protocol !== 'ssh:' && username !== '')) {
    return 'must not hold credentials: give them as "token"';
  }
  if (search !== '' || hash !== '') {
    return 'must not have a "?" or "#"';
  }
  return hostname === '' || hostname.startsWith('-') || username.startsWith('-') ? FORM : null;
}

const FORM =
  'must be the URL of a repository: https://host/path, http://host/path, ssh://user@host/path or git@host:path';

/** As git-check-ref-format says, rule by rule. */
function isBranchName(name: string): boolean {
  const parts = name.split('/');
  return (
    !name.startsWith('-') &&
    name !== 'HEAD' &&
    name !== '@' &&
    !name.endsWith('.') &&
    !name.includes('..') &&
    !name.includes('@{') &&
    // eslint-disable-next-line no-control-regex -- control characters are what it forbids
    !/[\x00-\x20\x7f~^:?*[\\]/.test(name) &&
    parts.every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'))
  );
}

function isPathInside(path: string): boolean {
  const names = path.split('/');
  return !path.startsWith('/') && !names.includes('..') && !names.includes('.git');
}
