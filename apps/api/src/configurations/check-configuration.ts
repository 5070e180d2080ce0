import { Readable } from 'node:stream';
import { ProblemError } from '../problems/problem-error.js';
import { checkArchive, DEFAULT_ARCHIVE_LIMITS, type CheckedArchive } from './archive-check.js';
import { ArchiveRefused } from './archive-refused.js';

/** Whoever brings a configuration, it passes here. @throws ProblemError 422 */
export async function checkConfiguration(content: Buffer, maxMegabytes: number): Promise<CheckedArchive> {
  try {
    return await checkArchive(Readable.from([content]), {
      ...DEFAULT_ARCHIVE_LIMITS,
      maxCompressedBytes: maxMegabytes * 1024 * 1024,
    });
  } catch (error) {
    throw refusedArchive(error);
  }
}

/** As whoever sent the archive is told; any other error as it is. */
export function refusedArchive(error: unknown): unknown {
  return error instanceof ArchiveRefused
    ? new ProblemError(422, error.code, error.message, { cause: error })
    : error;
}
