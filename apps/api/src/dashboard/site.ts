import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import type { Request, Response } from 'express';

/** A file of the dashboard, with the compressed forms that its build has put beside it. */
export interface SiteFile {
  readonly type: string;
  readonly etag: string;
  readonly forms: Readonly<Partial<Record<Encoding, Buffer>>> & { readonly identity: Buffer };
}

type Encoding = 'br' | 'gzip' | 'identity';

/** The smallest first. */
const COMPRESSED = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Reads a built site, which is some two megabytes, by the paths of its files. It is kept as it was when the api started:
 * built anew meanwhile, its files have other names, and the page that names the old ones would ask for what is gone.
 * @throws Error ENOENT where it was not built
 */
export function readSite(folder: string): ReadonlyMap<string, SiteFile> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const there = new Set(names);
  const files = names.filter((name) => !COMPRESSED.some(([, suffix]) => name.endsWith(suffix)));
  return new Map(
    files.map((name) => {
      const path = `/${name.slice(folder.length).split(sep).filter(Boolean).join('/')}`;
      const identity = readFileSync(name);
      const compressed = COMPRESSED.filter(([, suffix]) => there.has(`${name}${suffix}`)).map(
        ([encoding, suffix]) => [encoding, readFileSync(`${name}${suffix}`)] as const,
      );
      const etag = `W/"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`;
      const type = TYPES[extname(name)] ?? 'application/octet-stream';
      return [path, { type, etag, forms: { ...Object.fromEntries(compressed), identity } }];
    }),
  );
}

/** Sends a file in the smallest form that its asker takes, or says that they have it already. */
export function sendFile(request: Request, response: Response, { type, etag, forms }: SiteFile): void {
  const offered = [...COMPRESSED.map(([encoding]) => encoding), 'identity' as const].filter(
    (encoding) => forms[encoding] !== undefined,
  );
  const taken = request.acceptsEncodings([...offered]);
  const encoding = offered.find((each) => each === taken) ?? 'identity';
  response.set({ 'content-type': type, etag, vary: 'Accept-Encoding' });
  if (encoding !== 'identity') {
    response.set('content-encoding', encoding);
  }
  // Compares the tag with If-None-Match, and sends no body to a HEAD.
  response.send(forms[encoding] ?? forms.identity);
}
