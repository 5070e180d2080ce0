import { Readable } from 'node:stream';
import { ProblemError } from '../problems/problem-error.js';
import {
  ArchiveRefused,
  checkArchive,
  DEFAULT_ARCHIVE_LIMITS,
  type CheckedArchive,
} from './archive-check.js';

/** Whoever brings a configuration, it passes here. @throws ProblemError 422 */
export async function checkConfiguration(content: Buffer, maxMegabytes: number): Promise<CheckedArchive> {
  try {
    return await checkArchive(Readable.from([content]), {
      ...DEFAULT_ARCHIVE_LIMITS,
      maxCompressedBytes: maxMegabytes * 1024 * 1024,
    });
  } catch (error) {
    if (error instanceof ArchiveRefused) {
      throw new ProblemError(422, error.code, error.message, { cause: error });
    }
    throw error;
  }
}
