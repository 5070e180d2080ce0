import { ProblemError } from '../problems/problem-error.js';

const GZIP_TYPES = [
  'application/gzip',
  'application/x-gzip',
  'application/octet-stream',
  'application/x-tar',
];
const MAKE_ONE = 'make a tar.gz with: tar czf configuration.tar.gz -C <directory> .';

/** A body that says to be something else than a tar.gz, or has the bytes of it, is not read. @throws ProblemError 415 */
export function expectGzip(contentType: string | undefined): void {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!GZIP_TYPES.includes(type)) {
    const found = type === '' ? 'there is none, and the bytes are no gzip' : `it is "${type}"`;
    throw new ProblemError(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      `content-type must be application/gzip, ${found}; ${MAKE_ONE}`,
    );
  }
}
