import type { NextFunction, Request, Response } from 'express';

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

/** Gives a body that came without a content type the one that its first bytes have, which stay in place. */
export function guessedTypes(request: Request, _response: Response, next: NextFunction): void {
  const said = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  const hasBody =
    Number(request.headers['content-length'] ?? 0) > 0 || request.headers['transfer-encoding'] !== undefined;
  // Agents say what they send, and what looks like JSON may be the beginning of a state.
  const isOfAgent = request.path.startsWith('/agent/');
  if ((said !== '' && said !== SAYS_NOTHING) || !hasBody || isOfAgent) {
    next();
    return;
  }
  const goOn = (): void => {
    request.off('readable', look);
    request.off('end', goOn);
    request.off('close', goOn);
    // A stream that is read by its `readable` flows again only a tick after nobody listens to that any more.
    setImmediate(next);
  };
  const look = (): void => {
    const start = request.read() as Buffer | null;
    if (start === null) {
      return;
    }
    request.unshift(start);
    const type = typeOfBytes(start);
    if (type !== null) {
      request.headers['content-type'] = type;
    }
    goOn();
  };
  request.on('readable', look);
  request.once('end', goOn);
  request.once('close', goOn);
}
