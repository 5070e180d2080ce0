import type { Request } from 'express';
import { followArrival } from './body-arrival.js';

/** What `curl --data-binary` says of whatever it sends; the api takes no such forms. */
const SAYS_NOTHING = 'application/x-www-form-urlencoded';
/** Where a tar says what it is. */
const TAR_AT = 257;

/** What bytes begin with, as a content type; null where they could be anything. */
export function typeOfBytes(start: Buffer): string | null {
  if (start[0] === 0x1f && start[1] === 0x8b) {
    return 'application/gzip';
  }
  if (start.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004'))) {
    return 'application/zip';
  }
  if (start.subarray(TAR_AT, TAR_AT + 5).toString('latin1') === 'ustar') {
    return 'application/x-tar';
  }
  return /^(\u00ef\u00bb\u00bf)?\s*[[{]/.test(start.subarray(0, 256).toString('latin1'))
    ? 'application/json'
    : null;
}

/**
 * Gives a body that came without a content type the one that its first bytes have, which stay in place.
 * @throws ProblemError 400, 408 where none comes
 */
export async function guessType(request: Request): Promise<void> {
  if (!saysNoType(contentTypeOf(request))) {
    return;
  }
  const start = await firstBytes(request);
  const type = start === null ? null : typeOfBytes(start);
  if (type !== null) {
    request.headers['content-type'] = type;
  }
}

/** Without its parameters; empty where none is said. */
export function contentTypeOf({ headers }: Pick<Request, 'headers'>): string {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
}

/** True where the sender left the type to whoever reads. */
export function saysNoType(type: string): boolean {
  return type === '' || type === SAYS_NOTHING;
}

/** Null of an empty body. */
async function firstBytes(request: Request): Promise<Buffer | null> {
  let stop: () => void = () => undefined;
  try {
    return await new Promise<Buffer | null>((resolve, reject) => {
      const look = (): void => {
        const bytes = request.read() as Buffer | null;
        if (bytes !== null) {
          // What is put back is readable at once.
          request.off('readable', look);
          request.unshift(bytes);
          resolve(bytes);
        }
      };
      const end = (): void => {
        resolve(null);
      };
      const over = followArrival(request, reject);
      request.on('readable', look);
      request.once('end', end);
      stop = () => {
        over();
        request.off('readable', look);
        request.off('end', end);
      };
    });
  } finally {
    stop();
    // A stream that is read by its `readable` flows again only a tick after nobody listens to that any more.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
