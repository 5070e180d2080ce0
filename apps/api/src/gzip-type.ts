import { ProblemError } from './problems/problem-error.js';

const GZIP_TYPES = [
  'application/gzip',
  'application/x-gzip',
  'application/octet-stream',
  'application/x-tar',
];

/** A body that says to be something else than a tar.gz is not read. @throws ProblemError 415 */
export function expectGzip(contentType: string | undefined): void {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!GZIP_TYPES.includes(type)) {
    throw new ProblemError(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      `content-type must be application/gzip, it is "${type}"`,
    );
  }
}
