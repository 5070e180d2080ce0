import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How the Berth of a checkout is reached while it runs. */
export interface Runtime {
  readonly url: string;
  readonly key: string;
  readonly file: string;
}

/**
 * What `npm start` has written in this folder or one above it. A file that others may write or read was not written by it:
 * somebody else's folder must not decide where we send to.
 */
export function findRuntime(from: string, home: string | undefined): Runtime | undefined {
  if (home !== undefined && home !== '') {
    return readRuntime(join(home, 'runtime.json'));
  }
  for (let folder = from; ; folder = dirname(folder)) {
    const found = readRuntime(join(folder, '.berth', 'runtime.json'));
    if (found !== undefined || folder === dirname(folder)) {
      return found;
    }
  }
}

function readRuntime(file: string): Runtime | undefined {
  try {
    const { mode, uid } = statSync(file);
    if ((mode & 0o077) !== 0 || uid !== process.getuid?.()) {
      return undefined;
    }
    const { apiUrl, apiKey } = JSON.parse(readFileSync(file, 'utf8')) as {
      apiUrl?: unknown;
      apiKey?: unknown;
    };
    return typeof apiUrl === 'string' && typeof apiKey === 'string'
      ? { url: apiUrl, key: apiKey, file }
      : undefined;
  } catch {
    return undefined;
  }
}
