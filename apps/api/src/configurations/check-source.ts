import { PassThrough, type Readable } from 'node:stream';
import { checkArchive, DEFAULT_ARCHIVE_LIMITS } from './archive-check.js';
import { refusedArchive } from './check-configuration.js';

/** What an agent unpacks of a build's source (its `fetch-build-source`), which has no limit of its own for what is packed. */
const LIMITS = {
  ...DEFAULT_ARCHIVE_LIMITS,
  maxCompressedBytes: Infinity,
  maxUnpackedBytes: 20_000_000_000,
  maxEntries: 1_000_000,
  maxRatio: Infinity,
  mustBeConfiguration: false,
};

/**
 * Stores the source of a build while it is checked, so that nobody has to read it twice. One that no agent can unpack is
 * given back to `discard` where it was stored by then. @throws ProblemError 422, and what `store` throws
 */
export async function storeChecked<T>(
  content: Readable,
  store: (content: Readable) => Promise<T>,
  discard: (stored: T) => Promise<void>,
): Promise<T> {
  const toCheck = new PassThrough();
  const toStore = new PassThrough();
  let first: unknown = null;
  const fail = (error: unknown): void => {
    first ??= error;
    content.unpipe();
    content.resume();
    toCheck.destroy(error as Error);
    toStore.destroy(error as Error);
  };
  // Whoever reads the two hears it; until then nobody does.
  toCheck.on('error', () => undefined);
  toStore.on('error', () => undefined);
  content.once('error', fail);
  content.pipe(toCheck);
  content.pipe(toStore);
  const checking = checkArchive(toCheck, LIMITS).catch((error: unknown) => {
    const refusal = refusedArchive(error);
    fail(refusal);
    throw refusal;
  });
  const storing = store(toStore).catch((error: unknown) => {
    fail(error);
    throw error;
  });
  const [checked, stored] = await Promise.allSettled([checking, storing]);
  if (checked.status === 'fulfilled') {
    return storing;
  }
  if (stored.status === 'fulfilled') {
    await discard(stored.value);
    throw checked.reason;
  }
  // Each ends with the other.
  throw first;
}
